import { createHash, randomBytes } from "node:crypto";
import { readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { folderBytes } from "../../disk/folder-bytes.ts";
import { readKept, writeKept } from "../../disk/kept-json.ts";
import type { Reason } from "../../observation/model.ts";
import type { RunResult } from "../../report/model.ts";
import { normaliseForCache } from "../../scenario/cache-key.ts";
import type { Scenario } from "../../scenario/model.ts";
import type { Release } from "../../uv/binary.ts";
import type { WhatRan } from "./what-ran.ts";

/** Bytes; beyond it the results not read for longest go. */
const LIMIT = 200_000_000;
const UNRESOLVED_MS = 3_600_000;
const SETTLED: ReadonlySet<Reason["kind"]> = new Set(["condition", "ambiguous"]);

/** Results of finished runs by what they depend on. Safe under parallel use: a file appears whole or not at all. */
export interface ResultCache {
  /** The runs that are known, oldest first; more than one where a probe was repeated. */
  read(scenario: Scenario, release: CachedUv): Promise<RunResult[]>;
  /**
   * Adds one run. A run in trouble, and one that is unresolved for a step that prepares, is not kept, as the machine may be the cause; what
   * fell short of its conditions is kept for an hour, so that a search goes on where it was interrupted.
   */
  add(scenario: Scenario, release: CachedUv, result: RunResult): Promise<void>;
}

/** What a result depends on of uv. */
export interface CachedUv extends Pick<Release, "version" | "sha256"> {
  /** The releases that steps brought besides. */
  readonly others: readonly string[];
}

/** @param ran asked for when a result is read or added. */
export function openResultCache(cacheDir: string, ran: () => Promise<WhatRan>): ResultCache {
  const fileOf = async (scenario: Scenario, release: CachedUv): Promise<string> => {
    const parts = [await ran(), normaliseForCache(scenario), release.version, release.sha256, release.others];
    const key = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
    return path.join(cacheDir, "results", key.slice(0, 32));
  };
  return {
    async read(scenario, release) {
      const base = await fileOf(scenario, release);
      const names = (await readdir(base).catch(() => [])).filter((name) => name.endsWith(".json")).sort();
      const results = await Promise.all(names.map((name) => readResult(path.join(base, name))));
      const youngest = Date.now() - UNRESOLVED_MS;
      return results.filter((result, position): result is RunResult => {
        const finishedAt = Number.parseInt(names[position] ?? "", 10);
        return result !== null && (result.verdict !== "unresolved" || finishedAt > youngest);
      });
    },
    async add(scenario, release, result) {
      if (result.observation.trouble.length > 0) return;
      if (result.verdict === "unresolved" && !result.reasons.every(({ kind }) => SETTLED.has(kind))) return;
      const base = await fileOf(scenario, release);
      const stamp = `${Date.now().toString().padStart(15, "0")}-${randomBytes(4).toString("hex")}`;
      await writeKept(path.join(base, `${stamp}.json`), result);
    },
  };
}

/** A file that is damaged is as good as none. */
async function readResult(file: string): Promise<RunResult | null> {
  // Our own code, of this very version, wrote it: the key says so.
  const result = (await readKept(file)) as RunResult | null;
  if (result === null) return null;
  const now = new Date();
  await utimes(path.dirname(file), now, now).catch(() => {});
  return { ...result, cached: true };
}

/** Removes the results not used for longest until the rest fits. Returns the bytes that were freed. */
export async function pruneResults(cacheDir: string, limit: number = LIMIT): Promise<number> {
  const folder = path.join(cacheDir, "results");
  const names = await readdir(folder).catch(() => []);
  const entries = await Promise.all(
    names.map(async (name) => {
      const place = path.join(folder, name);
      const used = await stat(place).catch(() => null);
      return { place, bytes: await folderBytes(place), usedAt: used?.mtimeMs ?? 0 };
    }),
  );
  let total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  let freed = 0;
  for (const entry of entries.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= limit) break;
    await rm(entry.place, { recursive: true, force: true });
    total -= entry.bytes;
    freed += entry.bytes;
  }
  return freed;
}
