import { setTimeout as delay } from "node:timers/promises";
import type { ProcessEnd, StartedProcess, StartProcess, StartRequest } from "../observation/process.ts";
import { launch } from "./launch.ts";
import { openOutput, type OutputFile } from "./output.ts";
import { type CallerOptions, newCallId } from "./run-process.ts";

const POLL_MS = 5;
const SHOWN_CHARACTERS = 2_000;

/** A `StartProcess` whose children carry `UV_MRE_RUN=<tag>`. Disposing ends the child and all it started. */
export function createStartProcess(options: CallerOptions): StartProcess {
  return (request) => start(request, options);
}

async function start(request: StartRequest, { tag, seal = null }: CallerOptions): Promise<StartedProcess> {
  const call = newCallId();
  const output = await openOutput(request.outputDir, `${call}.log`);
  const child = await launch({ ...request, run: tag, seal, call, stdio: { stdin: "ignore", stdout: output.fd, stderr: output.fd } });
  if ("spawnError" in child) {
    await output[Symbol.asyncDispose]();
    throw new Error(`${request.file} could not be started: ${child.spawnError}`);
  }
  let end: ProcessEnd | null = null;
  const exited = child.ended.then((result) => (end = result));
  let disposal: Promise<void> | null = null;
  const dispose = async (): Promise<void> => {
    child.kill();
    await child.killSurvivors(await exited);
    await output[Symbol.asyncDispose]();
  };
  return {
    pid: child.pid,
    exited,
    output: async () => (await output.read()).text,
    waitForOutput: (pattern, timeoutMs) => waitForOutput(request.file, output, () => end, pattern, timeoutMs),
    [Symbol.asyncDispose]: () => (disposal ??= dispose()),
  };
}

async function waitForOutput(
  name: string,
  output: OutputFile,
  end: () => ProcessEnd | null,
  pattern: RegExp,
  timeoutMs: number,
): Promise<RegExpExecArray> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const [ended, late] = [end(), performance.now() > deadline]; // Before reading: the last words count.
    const { text } = await output.read();
    const match = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, "")).exec(text);
    if (match !== null) return match;
    if (ended === null && !late) {
      await delay(POLL_MS);
      continue;
    }
    const why = ended === null ? `nothing within ${timeoutMs} ms` : `it ended (${ended.signal ?? `exit status ${ended.exit}`})`;
    throw new Error(`${name}: waited for ${String(pattern)}, but ${why}\n${text.slice(-SHOWN_CHARACTERS)}`.trimEnd());
  }
}
