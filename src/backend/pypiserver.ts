import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { StartProcess } from "../observation/process.ts";
import type { Backend } from "../scenario/model.ts";
import { startPypiserverContainer } from "./pypiserver-container.ts";
import type { PypiserverBackend } from "./pypiserver-index.ts";
import { ensurePypiserver, type InstallOptions } from "./pypiserver-install.ts";
import { startPypiserver } from "./pypiserver-process.ts";

export interface PypiserverOptions extends InstallOptions {
  readonly start: StartProcess;
  /** A folder that goes with the caller's own: the process keeps packages and htpasswd files there. */
  readonly folder: string;
}

/** The pypiservers that the runs of a plan share: at most one of each kind, each with many indexes. */
export interface Pypiservers extends AsyncDisposable {
  /** Starts it the first time it is asked for. Throws a `UserError` where it can't run here (no Docker, old Python). */
  of(kind: Exclude<Backend, "embedded">): Promise<PypiserverBackend>;
}

/** Nothing is installed or started before it is asked for. */
export function createPypiservers(options: PypiserverOptions): Pypiservers {
  const started = new Map<Backend, Promise<PypiserverBackend>>();
  return {
    async of(kind) {
      const known = started.get(kind) ?? (kind === "pypiserver" ? startProcess(options) : startPypiserverContainer(options));
      started.set(kind, known);
      return await known;
    },
    async [Symbol.asyncDispose]() {
      const ended = await Promise.allSettled(started.values());
      started.clear();
      for (const each of ended) if (each.status === "fulfilled") await each.value[Symbol.asyncDispose]();
    },
  };
}

async function startProcess(options: PypiserverOptions): Promise<PypiserverBackend> {
  const folder = path.join(options.folder, "pypiserver");
  await mkdir(folder, { recursive: true });
  return await startPypiserver({ ...options, library: await ensurePypiserver(options), folder });
}
