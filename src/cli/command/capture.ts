import path from "node:path";
import { firstName, uvCommand } from "../../judge/uv-command.ts";
import { requirementsFilesIn } from "../../capture/look/requirements.ts";
import { lookedWords } from "../../capture/look/words.ts";
import type { Looked } from "../../capture/model.ts";
import { uvCalls } from "../../capture/write/command.ts";
import { commandLine } from "../../report/command-line.ts";
import { EXIT } from "../../report/exit-status.ts";
import type { Captured } from "../../run/capture/capture.ts";
import { look } from "../../run/capture/look.ts";
import { createSecretNames } from "../../run/capture/secret-names.ts";
import type { Harness } from "../../run/harness/harness.ts";
import { UserError } from "../../scenario/error.ts";
import { checkNew, writeOutput } from "../output-file.ts";
import { confirm } from "../confirm.ts";
import { note } from "../output-streams.ts";
import { withSession } from "../session.ts";
import { programWords } from "../started-as.ts";

export interface CaptureOptions {
  readonly directory: string;
  readonly dryRun?: boolean;
  readonly inPlace?: boolean;
  readonly ask?: boolean;
  readonly record?: boolean;
  readonly tryCredentials?: boolean;
  readonly yes?: boolean;
  readonly budget: number;
  readonly output: string;
  readonly keepNames: readonly string[];
}

/** What these do cannot be done on a copy: logins, other installations, packages that are sent, a shell's own files. */
const REFUSED = new Set(["auth", "cache", "self", "publish", "python", "venv", "tool update-shell"]);

/** What to do where the scenario's file is there already. */
const OTHERWISE = "name another file with --output, or remove it";

/**
 * `uv-mre capture`. Standard output can be shown to anybody: it holds neither names of the original nor secrets. What is read
 * and done, and which name stands for which, is for the reporter, on standard error.
 */
export async function captureCommand(argv: readonly string[], options: CaptureOptions): Promise<number> {
  const [program = ""] = argv;
  if (path.basename(program).replace(/\.exe$/, "") !== "uv") {
    throw new UserError(`${program}: the command must be one of uv's, as in: uv-mre capture -- uv sync`);
  }
  for (const call of uvCalls(argv)) {
    const [first = "", second = ""] = uvCommand(call).path.map(firstName);
    const refused = [first, `${first} ${second}`].find((command) => REFUSED.has(command));
    if (refused !== undefined)
      throw new UserError(`uv ${refused}: changes more than a copy can hold; capture takes commands that ask an index, as uv sync`);
  }
  const consent = consentBy(options);
  if (options.dryRun !== true) await checkNew(options.output, OTHERWISE);
  const secrets = createSecretNames();
  return withSession({ python: null, notice: note }, async ({ harness, signal }) => {
    const looked = await look({
      folder: path.resolve(options.directory),
      env: harness.env,
      requirements: requirementsFilesIn(argv),
      nameSecret: secrets.name,
      versionOf: async (uv) => (await harness.release(uv)).version,
      ...(program === "uv" ? {} : { uv: path.resolve(program) }),
    });
    if (options.dryRun === true) {
      for (const line of lookedWords(looked)) console.log(line);
      console.log("\nNothing was run and nothing was sent.");
      return EXIT.ok;
    }
    for (const line of lookedWords(looked)) note(line);
    const { capture } = await import("../../run/capture/capture.ts");
    const captured = await capture(harness, {
      looked,
      argv,
      release: await releaseOf(harness, looked),
      secrets,
      keep: options.keepNames,
      inPlace: options.inPlace === true,
      ask: options.ask === true,
      record: options.record === true,
      budget: options.budget,
      consent: consent?.(signal) ?? null,
      signal,
      tell: note,
    });
    return finish(captured, options.output);
  });
}

type Consent = (question: string) => Promise<boolean>;

/** How the reporter says yes to each credential that is to be tried; `null`: none is. */
function consentBy({ tryCredentials, yes }: CaptureOptions): ((signal: AbortSignal) => Consent) | null {
  if (tryCredentials !== true) return null;
  if (yes === true)
    return () => (question) => {
      note(`yes to all: ${question}`);
      return Promise.resolve(true);
    };
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UserError(
      "--try-credentials asks before it sends a credential, and there is no terminal to ask on; add --yes to send each to its own host, where a refusal may count towards a lockout or raise an alarm",
    );
  return (signal) => (question) => confirm(`${question}. Send it?`, process.stdin, process.stderr, signal);
}

async function releaseOf(harness: Harness, { uv }: Looked): ReturnType<Harness["release"]> {
  if (uv === null) throw new UserError("uv: none on PATH; name one by its path, as in: uv-mre capture -- /path/to/uv sync");
  return harness.release(uv.path);
}

async function finish(captured: Captured, output: string): Promise<number> {
  if (captured.kind === "healthy") {
    console.log("Nothing wrong seen: the command ended with 0, and no index refused anything. No scenario was written.");
    return EXIT.ok;
  }
  for (const [original, replacement] of captured.map) note(`name: ${original} -> ${replacement}`);
  for (const line of captured.unstable) note(`varies from run to run: ${line}`);
  console.log(`${VERDICTS[captured.kind]} (${captured.runs} runs)`);
  if (captured.sentence !== "") console.log(captured.sentence);
  for (const line of captured.kind === "same" ? captured.facts : [...captured.why, ...captured.recording]) console.log(`  ${line}`);
  if (captured.kind === "same") {
    console.log(
      captured.repair === null
        ? "Not explained: none of the single repairs that were tried heals it."
        : `It heals when ${captured.repair.words} [${captured.repair.id}].`,
    );
  }
  for (const line of captured.contrast) console.log(line);
  for (const line of captured.assumed) console.log(`Assumed good: ${line}.`);
  if (captured.text === "") return EXIT.unresolved;
  await writeOutput(output, captured.text, { flag: "wx", otherwise: OTHERWISE });
  console.log(
    `wrote ${path.basename(output)}; it holds no secret, and none of the original's names. Run it:\n  ${commandLine([...programWords(), "run", path.basename(output)])}`,
  );
  console.log("Of the original it holds:");
  for (const line of captured.contents) console.log(`  ${line}`);
  return captured.kind === "same" ? EXIT.ok : EXIT.unresolved;
}

const VERDICTS = {
  same: "The scenario shows the same symptom as the original.",
  different: "The scenario is NOT shown to be the same as the original:",
  unable: "A scenario cannot hold this:",
} as const;
