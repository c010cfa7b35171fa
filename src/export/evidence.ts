import type { KeyringRecord, RequestRecord } from "../observation/model.ts";
import { normaliseProject } from "../scenario/requirement.ts";

/** What one step of a script recorded, as its `JOURNAL` has it. */
export interface ScriptStep {
  readonly exit: string;
  readonly requests: readonly Pick<RequestRecord, "index" | "method" | "url" | "status" | "user" | "authorization">[];
  readonly keyring: readonly Pick<KeyringRecord, "from" | "argv" | "raised" | "exit">[];
}

/**
 * Evidence as lines that are equal where a script and the harness saw the same: per step the exit status, the requests
 * without their order (uv asks several at once), the keyring calls without the page that they are about. Files that both
 * build differ by their hash. Of PyPI and its stand-in only which projects were asked for counts: their hosts and files
 * have other names.
 */
export function evidenceLines(steps: readonly ScriptStep[]): string[] {
  return steps.flatMap((step, at) => {
    const requests = step.requests.map(requestLine);
    const declared = requests.filter((line) => !line.startsWith("default ")).sort();
    const undeclared = [...new Set(requests.filter((line) => line.startsWith("default ")))].sort();
    const calls = step.keyring.map(
      (call) => `keyring of ${call.from}: ${call.argv.map(anyPage).join(" ")}: raised ${call.raised ?? "nothing"}, exit ${call.exit}`,
    );
    return [`exit ${step.exit}`, ...declared, ...undeclared, ...calls].map((line) => `step ${at + 1}: ${line}`);
  });
}

/** Of the pages that uv asks for at once, whichever is refused first asks keyring for all of them. */
function anyPage(word: string): string {
  return word.replace(/^(https?:\/\/[^/]+\/(?:.*\/)?)[^/]+\/?$/, "$1*");
}

function requestLine({ index, method, url, status, user, authorization }: ScriptStep["requests"][number]): string {
  if (index !== null) {
    const plain = url.replace(/[0-9a-f]{64}/g, "HASH");
    return `${index} ${method} ${plain}: ${status}, ${authorization}${user === null ? "" : ` (${user})`}`;
  }
  const last = new URL(url).pathname.replace(/\/$/, "").split("/").at(-1) ?? "";
  const project = normaliseProject(/\.(whl|metadata)$/.test(last) ? (last.split("-")[0] ?? "") : last);
  return `default ${project}`;
}

/** The lines that only one of the two has, each with who has it; empty where they agree. */
export function evidenceDifference(script: readonly string[], harness: readonly string[]): string[] {
  return [
    ...without(harness, script).map((line) => `only uv-mre: ${line}`),
    ...without(script, harness).map((line) => `only the export: ${line}`),
  ];
}

function without(lines: readonly string[], taken: readonly string[]): string[] {
  const left = [...taken];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
