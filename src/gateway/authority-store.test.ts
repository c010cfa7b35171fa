import { X509Certificate } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dir } from "tmp-promise";
import { openAuthority } from "./authority-store.ts";

const DAY_MS = 86_400_000;

async function folder(): Promise<string> {
  const made = await dir({ prefix: "uv-mre-test", unsafeCleanup: true });
  onTestFinished(() => made.cleanup());
  return made.path;
}

test("processes that use one folder share one authority and its leaves", async () => {
  const place = await folder();
  const all = await Promise.all(Array.from({ length: 6 }, () => openAuthority(place)));
  expect(new Set(all.map((each) => each.caPem)).size).toBe(1);
  const leaves = await Promise.all(all.map((each) => each.leafFor("a.example", "good")));
  expect(new Set(leaves.map((each) => each.cert)).size).toBe(1);
  expect((await openAuthority(place)).caPem).toBe(all[0]?.caPem);
  const leaf = new X509Certificate(leaves[0]?.cert ?? "");
  const ca = new X509Certificate(all[0]?.caPem ?? "");
  expect([leaf.checkIssued(ca), leaf.verify(ca.publicKey), leaf.checkHost("a.example"), leaf.checkHost("b.example")]).toEqual([
    true,
    true,
    "a.example",
    undefined,
  ]);
});

test("bad certificates are not kept, and stay bad", async () => {
  const authority = await openAuthority(await folder());
  const ca = new X509Certificate(authority.caPem);
  const [good, expired, untrusted] = await Promise.all(
    (["good", "expired", "untrusted"] as const).map(async (kind) => new X509Certificate((await authority.leafFor("a.example", kind)).cert)),
  );
  expect([good, expired, untrusted].map((each) => [each!.verify(ca.publicKey), each!.validToDate.getTime() > Date.now()])).toEqual([
    [true, true],
    [true, false],
    [false, true],
  ]);
});

test("a new authority each ten days, the old ones go; what is kept outlives its ten days", async () => {
  const place = await folder();
  const now = Math.floor(Date.now() / (10 * DAY_MS)) * 10 * DAY_MS;
  const first = await openAuthority(place, now);
  const leaf = await first.leafFor("a.example", "good");
  for (const pem of [first.caPem, leaf.cert]) expect(new X509Certificate(pem).validToDate.getTime()).toBeGreaterThan(now + 19 * DAY_MS);
  expect((await openAuthority(place, now + 9 * DAY_MS)).caPem).toBe(first.caPem);
  expect((await openAuthority(place, now + 10 * DAY_MS)).caPem).not.toBe(first.caPem);
  expect(await readdir(place)).toHaveLength(2);
  await openAuthority(place, now + 20 * DAY_MS);
  expect(await readdir(place)).toHaveLength(2);
});

test("a file that is broken is made anew; only its owner reads it", async () => {
  const place = await folder();
  const first = await openAuthority(place);
  const own = path.join(place, (await readdir(place))[0] ?? "");
  const file = path.join(own, "ca.json");
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe("600");
  await first.leafFor("a.example", "good");
  await writeFile(file, (await readFile(file, "utf8")).slice(0, 100));
  const second = await openAuthority(place);
  expect(second.caPem).not.toBe(first.caPem);
  const leaf = new X509Certificate((await second.leafFor("a.example", "good")).cert);
  expect(leaf.verify(new X509Certificate(second.caPem).publicKey)).toBe(true);
});
