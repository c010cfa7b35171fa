import { chmod, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { openSealKey } from "./seal-key.ts";

it("is the same for all that ask, also at once, and only this user can read it", async () => {
  await using folder = await temporaryFolder();
  const keys = await Promise.all(Array.from({ length: 8 }, () => openSealKey(folder.path)));
  const texts = new Set([...keys, await openSealKey(folder.path)].map((key) => Buffer.from(key).toString("hex")));
  expect([...texts]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  expect((await stat(path.join(folder.path, "owner-key"))).mode & 0o777).toBe(0o600);
});

it.each([
  ["is damaged", (file: string) => writeFile(file, "half")],
  ["others could read", (file: string) => chmod(file, 0o644)],
])("is made anew where it %s", async (_, spoil) => {
  await using folder = await temporaryFolder();
  const before = await openSealKey(folder.path);
  await spoil(path.join(folder.path, "owner-key"));
  const after = await openSealKey(folder.path);
  expect(Buffer.from(after).equals(before)).toBe(false);
  expect(await readFile(path.join(folder.path, "owner-key"))).toEqual(Buffer.from(after));
});

it("is never read through a link; where none can be kept, it is new", async () => {
  await using folder = await temporaryFolder();
  await writeFile(path.join(folder.path, "elsewhere"), "0".repeat(32), { mode: 0o600 });
  await symlink("elsewhere", path.join(folder.path, "owner-key"));
  expect(String(await openSealKey(folder.path))).not.toBe("0".repeat(32));
  const absent = path.join(folder.path, "absent");
  expect(Buffer.from(await openSealKey(absent)).equals(await openSealKey(absent))).toBe(false);
});
