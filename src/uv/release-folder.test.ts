import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openTestPlace } from "../../test/uv-context.ts";
import { sha256Of } from "./binary.ts";
import { addLease, claimUnused, listInstalled } from "./release-folder.ts";
import { isWhole, readRelease, writeManifest } from "./release-manifest.ts";

/** A release as `--target` leaves it, in a cache of its own. */
async function installed() {
  const place = await openTestPlace();
  onTestFinished(() => place[Symbol.asyncDispose]());
  const folder = path.join(place.cacheDir, "releases", "0.0.1");
  await mkdir(path.join(folder, "bin"), { recursive: true });
  await writeFile(path.join(folder, "bin/uv"), "");
  await chmod(path.join(folder, "bin/uv"), 0o755);
  await writeFile(path.join(folder, "bin/uvx"), "x");
  await writeManifest(folder, { version: "0.0.1", binary: "bin/uv", sha256: await sha256Of(path.join(folder, "bin/uv")) });
  return { folder, cacheDir: place.cacheDir, identity: place.context().identity };
}

test("a release that is claimed to be removed is no longer there for others", async () => {
  const { folder, cacheDir, identity } = await installed();
  expect(await claimUnused(folder, identity)).toBe(true);
  expect(await claimUnused(folder, identity)).toBe(false);
  expect(await readRelease(folder)).toBeNull();
  expect(await addLease(folder, identity)).toBeNull();
  expect(await listInstalled(cacheDir, identity)).toEqual([]);
});

test("a release that is relied upon is not claimed, and stays", async () => {
  const { folder, cacheDir, identity } = await installed();
  expect(await addLease(folder, identity)).not.toBeNull();
  expect(await claimUnused(folder, identity)).toBe(false);
  expect(await listInstalled(cacheDir, identity)).toMatchObject([{ version: "0.0.1", inUse: true }]);
});

test("a folder that somebody else removed is neither claimed nor relied upon", async () => {
  const { folder, identity } = await installed();
  expect(await claimUnused(`${folder}.gone`, identity)).toBe(false);
  expect(await addLease(`${folder}.gone`, identity)).toBeNull();
});

test.each<[string, (manifest: Record<string, unknown>) => string]>([
  ["null", () => "null"],
  ["cut short", (manifest) => JSON.stringify(manifest).slice(0, 20)],
  ["empty", () => ""],
  ["another release's", (manifest) => JSON.stringify({ ...manifest, version: "0.0.2" })],
  ["of another hash", (manifest) => JSON.stringify({ ...manifest, sha256: "00" })],
  ["of another program", (manifest) => JSON.stringify({ ...manifest, binary: 7 })],
  ["of no size", (manifest) => JSON.stringify({ ...manifest, bytes: null })],
])("a release whose description is %s is as good as none", async (_, change) => {
  const { folder } = await installed();
  const file = path.join(folder, "release.json");
  await writeFile(file, change(JSON.parse(await readFile(file, "utf8"))));
  expect(await isUsable(folder)).toBe(false);
});

test("a release is whole as long as each of its programs is", async () => {
  const { folder } = await installed();
  expect(await isUsable(folder)).toBe(true);
  await writeFile(path.join(folder, "bin/uvx"), "y");
  expect(await isUsable(folder)).toBe(false);
});

async function isUsable(folder: string): Promise<boolean> {
  const release = await readRelease(folder);
  return release !== null && (await isWhole(release));
}
