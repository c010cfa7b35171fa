import { copyFile, link, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RunProcess } from "../observation/process.ts";
import type { Distribution } from "../scenario/distribution.ts";
import { UserError } from "../scenario/error.ts";
import { complaintOf } from "../tool/complaint.ts";
import { layoutFor } from "./layout.ts";

/** The uv that prepares what a scenario takes for granted, never the one under test. Offline, from files at hand. */
export interface Bootstrap {
  /** Absolute path. */
  readonly uv: string;
  readonly run: RunProcess;
  /** Folder for its home, cache and output; the caller removes it. */
  readonly scratch: string;
  /** The same as it sees it. Default: where it is. */
  readonly seenScratch?: string;
}

const TIMEOUT_MS = 120_000;

/** Runs uv with nothing of the user's and nothing of the run's. @throws UserError with what it said, if it fails. */
export async function runBootstrap({ uv, run, scratch, seenScratch = scratch }: Bootstrap, args: readonly string[]): Promise<void> {
  const layout = layoutFor(process.platform);
  await mkdir(path.join(scratch, "home"), { recursive: true });
  const inherited = layout.inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  const result = await run({
    file: uv,
    args,
    cwd: seenScratch,
    env: {
      ...Object.fromEntries(inherited),
      ...layout.home(path.join(seenScratch, "home")),
      ...layout.temporary(seenScratch),
      UV_CACHE_DIR: bootstrapCache(seenScratch),
      UV_NO_CONFIG: "1",
      UV_OFFLINE: "1",
      UV_PYTHON_DOWNLOADS: "never",
    },
    stdin: null,
    timeoutMs: TIMEOUT_MS,
    outputDir: scratch,
  });
  if (result.exit !== 0) throw new UserError(`uv ${args[0]} ${args[1] ?? ""}: ${complaintOf(result)}`);
}

export function bootstrapCache(scratch: string): string {
  return path.join(scratch, "cache");
}

/** Puts files into one flat folder, under the names by which uv knows them. */
export async function writeFindLinks(folder: string, distributions: readonly Distribution[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  // The same file may be in several indexes.
  const byName = new Map(distributions.map((distribution) => [distribution.filename, distribution]));
  await Promise.all([...byName.values()].map((distribution) => writeDistribution(path.join(folder, distribution.filename), distribution)));
}

async function writeDistribution(file: string, { content }: Distribution): Promise<void> {
  if (content.kind === "bytes") return writeFile(file, content.bytes);
  // The wheelhouse may be on another disk.
  return link(content.path, file).catch(() => copyFile(content.path, file));
}
