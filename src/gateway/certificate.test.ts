import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { createAuthority } from "./certificate.ts";

const authority = await createAuthority();
const ca = new X509Certificate(authority.caPem);

test("the CA signs itself and may sign others", () => {
  expect(ca.ca).toBe(true);
  expect(ca.verify(ca.publicKey)).toBe(true);
  expect(ca.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
});

test.each([
  "feeds.example.com",
  "127.0.0.1",
  "[::1]",
  "[2001:db8::a:0:1]",
  "xn--bcher-kva.example",
  `${"a".repeat(60)}.${"b".repeat(60)}.example`,
])("a leaf is for its host alone: %s", async (host) => {
  const leaf = new X509Certificate((await authority.leafFor(host, "good")).cert);
  const bare = host.replace(/[[\]]/g, "");
  const check = (name: string) => (/^[\d.]+$|:/.test(name) ? leaf.checkIP(name) : leaf.checkHost(name));
  expect(check(bare)).toBeDefined();
  expect([leaf.checkHost("other.example"), leaf.checkIP("127.0.0.2")]).toEqual([undefined, undefined]);
  expect([leaf.ca, leaf.checkIssued(ca), leaf.verify(ca.publicKey)]).toEqual([false, true, true]);
  expect(leaf.validToDate.getTime()).toBeGreaterThan(Date.now());
  expect(leaf.validFromDate.getTime()).toBeLessThan(Date.now());
});

test("an expired leaf is past, an untrusted one another CA's", async () => {
  const expired = new X509Certificate((await authority.leafFor("a.example", "expired")).cert);
  expect([expired.validToDate.getTime() < Date.now(), expired.verify(ca.publicKey)]).toEqual([true, true]);
  const untrusted = new X509Certificate((await authority.leafFor("a.example", "untrusted")).cert);
  expect([untrusted.verify(ca.publicKey), untrusted.checkIssued(ca)]).toEqual([false, false]);
});

test("one's own, another host's, an old signature, a client's", async () => {
  const of = async (kind: Parameters<typeof authority.leafFor>[1]) =>
    new X509Certificate((await authority.leafFor("a.example", kind)).cert);
  const own = await of("self-signed");
  expect([own.verify(own.publicKey), own.verify(ca.publicKey)]).toEqual([true, false]);
  expect((await of("wrong-name")).checkHost("a.example")).toBeUndefined();
  // ecdsa-with-SHA1
  expect((await of("sha1")).raw.includes(Buffer.from("06072a8648ce3d0401", "hex"))).toBe(true);
  const client = await of("client");
  expect([client.verify(ca.publicKey), client.keyUsage]).toEqual([true, ["1.3.6.1.5.5.7.3.2"]]);
});

test("one leaf for each host and kind; another gateway has other keys", async () => {
  expect(authority.leafFor("a.example", "good")).toBe(authority.leafFor("a.example", "good"));
  expect((await createAuthority()).caPem).not.toBe(authority.caPem);
});
