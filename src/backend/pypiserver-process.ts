import { randomUUID } from "node:crypto";
import { copyFile, link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PythonInfo, StartProcess } from "../observation/process.ts";
import { pypiserverFolder } from "./pypiserver-files.ts";
import { type FileStore, GATES, openIndex, type PypiserverBackend } from "./pypiserver-index.ts";

const START_TIMEOUT_MS = 30_000;

export interface ProcessOptions {
  /** From `ensurePypiserver`. */
  readonly library: string;
  readonly python: PythonInfo;
  readonly start: StartProcess;
  /** The user's environment; Windows can't open a socket without its `SystemRoot`. */
  readonly env: Readonly<Record<string, string>>;
  /** An empty folder that goes with the caller's own; packages and htpasswd files are kept there. */
  readonly folder: string;
}

/**
 * Starts a pypiserver on a free port of 127.0.0.1. It binds port 0 itself and says which port it got, once
 * connections are accepted: no port is chosen beforehand, nothing is waited for by time. It ends with us, also
 * when we are killed.
 */
export async function startPypiserver(options: ProcessOptions): Promise<PypiserverBackend> {
  const data = path.join(options.folder, "data");
  const output = path.join(options.folder, "output");
  await mkdir(data, { recursive: true, mode: 0o700 });
  await mkdir(output, { recursive: true });
  const server = await options.start({
    file: options.python.file,
    // -S: nothing of this Python's own packages, no sitecustomize.
    args: ["-S", path.join(pypiserverFolder(), "serve.py"), "--data", data]
      .concat(["--authenticate", GATES.join(",")])
      .concat(process.platform === "win32" ? [] : ["--end-with-parent", String(process.pid)]),
    cwd: data,
    env: { PYTHONPATH: options.library, PYTHONDONTWRITEBYTECODE: "1", LC_ALL: "C.UTF-8", ...pick(options.env, "SystemRoot") },
    outputDir: output,
  });
  try {
    const [, port] = await server.waitForOutput(/listens on port (\d+)/, START_TIMEOUT_MS);
    const own = { store: folderStore(data), url: `http://127.0.0.1:${port}`, shared: new Map<string, Promise<void>>() };
    return {
      openIndex: (request) => openIndex(own, request),
      [Symbol.asyncDispose]: async () => {
        await server[Symbol.asyncDispose]();
        await rm(data, { recursive: true, force: true });
        await rm(output, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** Each file appears whole: pypiserver may look at any moment. */
function folderStore(folder: string): FileStore {
  return {
    async put(files) {
      for (const file of files) {
        const target = path.join(folder, ...file.path.split("/"));
        await mkdir(path.dirname(target), { recursive: true });
        // pypiserver skips names that begin with a dot.
        const half = path.join(path.dirname(target), `.${randomUUID()}`);
        if (file.content.kind === "bytes") await writeFile(half, file.content.bytes, { mode: 0o600 });
        else await linkOrCopy(file.content.path, half);
        await rename(half, target);
      }
    },
  };
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    // Another file system, or one without hard links.
    await copyFile(from, to);
  }
}

function pick(env: Readonly<Record<string, string>>, name: string): Record<string, string> {
  const value = env[name];
  return value === undefined ? {} : { [name]: value };
}
