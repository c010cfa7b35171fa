import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestPlace, type TestPlace } from "../../test/uv-context.ts";
import { type DownloadCache, openDownloadCache } from "./download-cache.ts";

describe("what downloads share", () => {
  let place: TestPlace;

  beforeEach(async () => {
    place = await openTestPlace();
  });

  afterEach(() => place[Symbol.asyncDispose]());

  async function download(cache: DownloadCache): Promise<string> {
    return cache.use(async (folder) => {
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, "wheel"), "");
      return folder;
    });
  }

  it("is one folder, for those at once and those one after the other, and goes in the end", async () => {
    const cache = openDownloadCache(place.context());
    const folders = [...(await Promise.all([download(cache), download(cache)])), await download(cache)];
    expect(new Set(folders).size).toBe(1);
    expect(await readdir(folders[0] ?? "")).toEqual(["wheel"]);
    await cache[Symbol.asyncDispose]();
    expect(await place.staged()).toEqual([]);
  });

  it("does not keep the wheels of many: never more than a few folders' worth is there", async () => {
    await using cache = openDownloadCache(place.context());
    const folders = [];
    for (let count = 0; count < 40; count++) {
      folders.push(await download(cache));
      expect((await place.staged()).length).toBeLessThanOrEqual(1);
    }
    expect(new Set(folders).size).toBe(4);
  });

  it("stays while somebody is at it, though it was closed or filled meanwhile", async () => {
    const cache = openDownloadCache(place.context());
    const ends: (() => void)[] = [];
    const begun = Array.from({ length: 13 }, () =>
      cache.use(async (folder) => {
        await mkdir(folder, { recursive: true });
        await new Promise<void>((resolve) => ends.push(resolve));
        return [folder, existsSync(folder)] as const;
      }),
    );
    while (ends.length < begun.length) await new Promise((resolve) => setImmediate(resolve));
    const closed = cache[Symbol.asyncDispose]();
    expect(await place.staged()).toHaveLength(2);
    for (const end of ends) end();
    const seen = await Promise.all(begun);
    await closed;
    expect(seen.every(([, wasThere]) => wasThere)).toBe(true);
    expect(new Set(seen.map(([folder]) => folder)).size).toBe(2);
    expect(await place.staged()).toEqual([]);
  });

  it("is tried anew where no folder could be made", async () => {
    await writeFile(place.cacheDir, "");
    await using cache = openDownloadCache(place.context());
    await expect(download(cache)).rejects.toThrow(/ENOTDIR|EEXIST/);
    await rm(place.cacheDir);
    expect(existsSync(await download(cache))).toBe(true);
  });

  it("fails as the work fails, and goes all the same", async () => {
    const cache = openDownloadCache(place.context());
    await expect(cache.use(() => Promise.reject(new Error("no network")))).rejects.toThrow("no network");
    await cache[Symbol.asyncDispose]();
    expect(await place.staged()).toEqual([]);
  });
});
