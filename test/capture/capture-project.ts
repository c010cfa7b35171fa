import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../e2e/command.ts";
import { ALL_PROJECTS } from "./projects.ts";
import { personsEnvironment } from "./uv-run.ts";
import { BOT, digestOf, JANE, put, STALE, type World } from "./world.ts";

export interface Outcome {
  readonly exit: number | null;
  readonly verdict: "same" | "different" | "unable" | "healthy" | "failed";
  /** Of the repair that healed, and of the one that is known to. */
  readonly repair: string | null;
  readonly expected: string | null;
  readonly seconds: number;
  /** Of the processor, of the command and all that it started. */
  readonly cpu: number;
  readonly runs: number;
  /** Names and secrets of the original in the scenario or on standard output, and secrets on standard error. */
  readonly leaks: readonly string[];
  /** Names and secrets of the original in another text, such as what `minimize` makes of the scenario. */
  leaksIn(text: string): readonly string[];
  /** What of the user's files is not what it was. */
  readonly changed: readonly string[];
  readonly scenario: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What stands in the original's names, save what every project of a kind has. */
const WORDS = "falcon orion billing lumen harbor quartz pelican walnut kestrel jane doe build-bot localhost 127.0.0.1 notes.txt".split(" ");

/** Makes a broken project, captures it by the command line, and looks at all that came out. */
export async function captureProject(
  world: World,
  name: string,
  uv: string,
  folder: string,
  options: readonly string[] = [],
): Promise<Outcome> {
  const kind = ALL_PROJECTS[name];
  if (kind === undefined) throw new Error(`${name}: no such project`);
  await put(folder, { "project/.keep": "", "home/.keep": "" });
  const project = await kind.make(world, folder, uv);
  // What the machine itself needs to reach PyPI, for the real keyring.
  const machine = process.env["SSL_CERT_FILE"] === undefined ? {} : { SSL_CERT_FILE: process.env["SSL_CERT_FILE"] };
  const env = await personsEnvironment(uv, folder, { ...machine, ...project.env });
  const before = await Promise.all([digestOf(join(folder, "project")), digestOf(join(folder, "home"))]);
  const output = join(folder, "captured.toml");
  const own = Object.fromEntries(Object.keys(process.env).map((each) => [each, undefined]));
  const started = performance.now();
  const times = join(folder, "times");
  const ran = await runCommand(["capture", "-C", join(folder, "project"), "-o", output, ...options, "--", ...project.argv], {
    env: {
      ...own,
      ...env,
      UV_MRE_CACHE_DIR:
        process.env["UV_MRE_CACHE_DIR"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(process.env["HOME"] ?? "", ".cache"), "uv-mre"),
      TMPDIR: process.env["TMPDIR"],
    },
    as: timedInto(times),
  });
  const seconds = (performance.now() - started) / 1000;
  const after = await Promise.all([digestOf(join(folder, "project")), digestOf(join(folder, "home"))]);
  const scenario = existsSync(output) ? output : null;
  const text = scenario === null ? "" : await readFile(scenario, "utf8");
  const secrets = [JANE.password, BOT.password, STALE].flatMap(spellings);
  const names = [...WORDS, ...(project.words ?? []), `:${world.pypi.port}`, `:${world.secure.port}`, folder].flatMap(cased);
  const secretsIn = (shown: string): string[] => secrets.filter((word) => shown.includes(word)).map(() => "SECRET");
  const leaksIn = (shown: string): string[] => [...names.filter((word) => standsIn(shown, word)), ...secretsIn(shown)];
  return {
    exit: ran.exit,
    verdict: verdictOf(ran.stdout),
    repair: /\[([^\]]+)\]\.\n/.exec(ran.stdout)?.[1] ?? null,
    expected: kind.repair,
    seconds,
    cpu: await cpuSeconds(times),
    runs: Number(/\((\d+) runs\)/.exec(ran.stdout)?.[1] ?? 0),
    leaks: [...leaksIn(text + ran.stdout), ...secretsIn(ran.stderr)],
    leaksIn,
    changed: ["project", "home"].filter((_, at) => before[at] !== after[at]),
    scenario,
    stdout: ran.stdout,
    stderr: ran.stderr,
  };
}

/** What starts a command so that its time of the processor is written into a file; nothing where the machine has no such program. */
export function timedInto(file: string): readonly string[] {
  return existsSync("/usr/bin/time") ? ["/usr/bin/time", "-q", "-f", "%U %S", "-o", file] : [];
}

export async function cpuSeconds(file: string): Promise<number> {
  const text = existsSync(file) ? await readFile(file, "utf8") : "";
  return text
    .trim()
    .split(" ")
    .reduce((sum, each) => sum + Number(each), 0);
}

function verdictOf(stdout: string): Outcome["verdict"] {
  if (stdout.startsWith("The scenario shows the same symptom")) return "same";
  if (stdout.startsWith("The scenario is NOT")) return "different";
  if (stdout.startsWith("A scenario cannot hold")) return "unable";
  return stdout.startsWith("Nothing wrong seen") ? "healthy" : "failed";
}

/** Short words are part of others by chance ("doe" of "does"). */
function standsIn(text: string, word: string): boolean {
  return word.length > 3 ? text.includes(word) : new RegExp(`(?<![A-Za-z])${word}(?![A-Za-z])`, "u").test(text);
}

/** A secret as uv, a URL, base64 and JSON write it. */
export function spellings(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  return [
    ...new Set([
      secret,
      encoded,
      encodeURIComponent(encoded),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64").slice(0, -3),
      Buffer.from(secret).toString("hex"),
    ]),
  ];
}

/** A name in the spellings that files, variables and modules have for it. */
function cased(word: string): string[] {
  return [...new Set([word, word.toUpperCase(), word.replaceAll("-", "_"), word.charAt(0).toUpperCase() + word.slice(1)])];
}

export function lineCount(text: string): number {
  return text
    .trimEnd()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#")).length;
}
