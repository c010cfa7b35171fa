import path from "node:path";
import type { UvContext } from "./context.ts";
import { openStaging, type Staging } from "../disk/staging.ts";

/**
 * What the downloads of one process share: what uv learned of Python, and the index's pages. The wheels stay in it,
 * so after some downloads the next ones begin another, and the disk has to bear only a few releases twice.
 */
export interface DownloadCache extends AsyncDisposable {
  /** Calls `work` with a folder that stays until it ends. */
  use<T>(work: (folder: string) => Promise<T>): Promise<T>;
  /** Removes the folder once nobody is at it, with the wheels of releases that are gone; the next download begins another. */
  clear(): Promise<void>;
}

/** Downloads into one folder. */
const DOWNLOADS = 12;

interface Generation {
  readonly staging: Promise<Staging>;
  begun: number;
  users: number;
}

export function openDownloadCache(context: Pick<UvContext, "cacheDir" | "identity">): DownloadCache {
  let current: Generation | null = null;

  const begin = (): Generation => {
    const generation = { staging: openStaging(context), begun: 0, users: 0 };
    // The next one may fare better.
    generation.staging.catch(() => {
      if (current === generation) current = null;
    });
    return generation;
  };
  const join = (): Generation => {
    const generation = (current ??= begin());
    generation.begun++;
    generation.users++;
    if (generation.begun === DOWNLOADS) current = null;
    return generation;
  };
  const removeUnused = async (generation: Generation | null): Promise<void> => {
    if (generation === null || generation === current || generation.users > 0) return;
    await (await generation.staging)[Symbol.asyncDispose]();
  };
  const clear = async (): Promise<void> => {
    const last = current;
    current = null;
    await removeUnused(last);
  };
  return {
    use: async (work) => {
      const generation = join();
      try {
        return await work(path.join((await generation.staging).path, "cache"));
      } finally {
        generation.users--;
        await removeUnused(generation);
      }
    },
    clear,
    [Symbol.asyncDispose]: clear,
  };
}
