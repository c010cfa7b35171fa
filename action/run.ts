// What action.yml runs: a scenario file, or the text of the event's issue, through the command line. Everything from
// outside is data here: it comes as variables and files, and leaves as arguments of a process without a shell.
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const env = process.env;
const bin = path.join(import.meta.dirname, "..", "dist", "bin.js");
const folder = mkdtempSync(path.join(tmpdir(), "uv-mre-action-"));

try {
  process.exitCode = main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function main(): number {
  const given = env["INPUT_SCENARIO"] ?? "";
  const text = given === "" ? issueText() : null;
  if (given === "" && (text === null || !/^[ \t]*(?:>[ \t]*)*(?:schema[ \t]*=|\[\[[ \t]*step)/m.test(text))) {
    return end("none", "", "This issue holds no scenario: attach one as described in the issue form.");
  }
  const file = text === null ? given : path.join(folder, "issue.md");
  if (text !== null) writeFileSync(file, text);
  // An option cannot hide in a file's name or a release's.
  const common = [
    ...(env["INPUT_SANDBOX"] === "auto" ? [] : ["--sandbox", env["INPUT_SANDBOX"] ?? "auto"]),
    ...(text === null ? [] : ["--untrusted"]),
  ];
  const uv = (env["INPUT_UV"] ?? "latest").split(/\s+/).filter((word) => word !== "");
  const kept = path.join(folder, "runs.json");
  const ran = uvMre(["run", ...common, ...uv.flatMap((spec) => [`--uv=${spec}`]), `--report=${kept}`, "--", file]);
  const runs = readRuns(kept);
  if (runs === null) return end("none", "", ran.stderr.trim().split("\n").slice(0, 20).join("\n")) || 2;
  const verdicts = new Set(runs.map(({ verdict }) => verdict));
  const verdict = verdicts.size === 1 ? ([...verdicts][0] ?? "none") : "mixed";
  const firstChanged = env["INPUT_BISECT"] === "true" ? bisect(common, file) : "";
  end(verdict, firstChanged, null);
  return ran.status ?? 1;
}

/** The body of the issue or comment that the event is about; `null`: the event has none. */
function issueText(): string | null {
  const file = env["GITHUB_EVENT_PATH"];
  if (file === undefined || file === "") return null;
  const event = JSON.parse(readFileSync(file, "utf8")) as { comment?: { body?: unknown }; issue?: { body?: unknown } };
  const body = event.comment?.body ?? event.issue?.body;
  return typeof body === "string" ? body : null;
}

function bisect(common: readonly string[], file: string): string {
  const { stdout } = uvMre(["bisect", ...common, "--json", "--", file]);
  try {
    const { firstChanged } = JSON.parse(stdout) as { firstChanged?: unknown };
    return typeof firstChanged === "string" ? firstChanged : "";
  } catch {
    return "";
  }
}

function readRuns(file: string): { verdict: string }[] | null {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { runs: { verdict: string }[] }).runs;
  } catch {
    return null;
  }
}

function uvMre(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
  // While they are stopped, GitHub obeys no line that a stranger's scenario might print.
  const token = path.basename(folder);
  process.stdout.write(`::stop-commands::${token}\n${stdout}\n::${token}::\n`);
  process.stderr.write(stderr);
  return { status, stdout, stderr };
}

/** Writes the outputs, each on one line, and what there is to say beside the report. */
function end(verdict: string, firstChanged: string, words: string | null): number {
  const line = (text: string): string => text.replace(/[\r\n]/g, " ");
  if (env["GITHUB_OUTPUT"]) appendFileSync(env["GITHUB_OUTPUT"], `verdict=${line(verdict)}\nfirst-changed=${line(firstChanged)}\n`);
  if (words !== null) {
    console.log(words);
    const fence = "`".repeat(Math.max(3, ...(words.match(/`+/g) ?? []).map((run) => run.length + 1)));
    if (env["GITHUB_STEP_SUMMARY"]) appendFileSync(env["GITHUB_STEP_SUMMARY"], `${fence}\n${words}\n${fence}\n`);
  }
  return 0;
}
