import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openTestPlace } from "../../test/uv-context.ts";
import { addLease, claimUnused, listInstalled, readRelease, writeManifest } from "./release-folder.ts";

/** A release as `--target` leaves it, in a cache of its own. */
async function installed() {
  const place = await openTestPlace();
  onTestFinished(() => place[Symbol.asyncDispose]());
  const folder = path.join(place.cacheDir, "releases", "0.0.1");
  await mkdir(path.join(folder, "bin"), { recursive: true });
  await writeFile(path.join(folder, "bin/uv"), "");
  await chmod(path.join(folder, "bin/uv"), 0o755);
  await writeManifest(folder, { version: "0.0.1", binary: "bin/uv", sha256: "" });
  return { folder, cacheDir: place.cacheDir, ownership: place.context().ownership };
}

test("a release that is claimed to be removed is no longer there for others", async () => {
  const { folder, cacheDir, ownership } = await installed();
  expect(await claimUnused(folder, ownership)).toBe(true);
  expect(await claimUnused(folder, ownership)).toBe(false);
  expect(await readRelease(folder)).toBeNull();
  expect(await addLease(folder, ownership)).toBeNull();
  expect(await listInstalled(cacheDir, ownership)).toEqual([]);
});

test("a release that is relied upon is not claimed, and stays", async () => {
  const { folder, cacheDir, ownership } = await installed();
  expect(await addLease(folder, ownership)).not.toBeNull();
  expect(await claimUnused(folder, ownership)).toBe(false);
  expect(await listInstalled(cacheDir, ownership)).toMatchObject([{ version: "0.0.1", inUse: true }]);
});

test("a folder that somebody else removed is neither claimed nor relied upon", async () => {
  const { folder, ownership } = await installed();
  expect(await claimUnused(`${folder}.gone`, ownership)).toBe(false);
  expect(await addLease(`${folder}.gone`, ownership)).toBeNull();
});
