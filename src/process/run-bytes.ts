import { open, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { launch } from "./launch.ts";
import { newCallId } from "./run-process.ts";

/** A child that reads bytes and writes bytes. */
export interface BytesRequest {
  /** Absolute path of the executable. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Uint8Array;
  /** Folder for the files that it reads and writes; they are removed afterwards. */
  readonly outputDir: string;
}

export interface BytesResult {
  /** `null` when it was killed, or could not be started. */
  readonly exit: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Runs to the end; then nothing that it started is left. */
export type RunBytes = (request: BytesRequest) => Promise<BytesResult>;

/** A `RunBytes` whose children carry `UV_MRE_RUN=<tag>`. */
export function createRunBytes(tag: string): RunBytes {
  return async ({ stdin, outputDir, ...request }) => {
    const call = newCallId();
    const files = ["in", "out", "err"].map((name) => path.join(outputDir, `${call}.${name}`));
    const [input = "", output = "", errors = ""] = files;
    await writeFile(input, stdin, { mode: 0o600 });
    const handles = await Promise.all([open(input, "r"), open(output, "ax", 0o600), open(errors, "ax", 0o600)]);
    try {
      const [from, to, complaints] = handles;
      const stdio = { stdin: from.fd, stdout: to.fd, stderr: complaints.fd };
      const child = await launch({ ...request, run: tag, call, outputDir: null, seal: null, stdio });
      if ("spawnError" in child) return { exit: null, stdout: new Uint8Array(), stderr: child.spawnError };
      const end = await child.ended;
      await child.killSurvivors(end);
      return { exit: end.exit, stdout: await readFile(output), stderr: await readFile(errors, "utf8") };
    } finally {
      await Promise.all(handles.map((handle) => handle.close()));
      await Promise.all(files.map((file) => rm(file, { force: true })));
    }
  };
}
