import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import * as der from "./der.ts";

export type CertificateKind = "good" | "expired" | "untrusted";

/** Certificates of one gateway, made when first asked for. */
export interface Authority {
  /** PEM of the CA that clients are to trust. */
  readonly caPem: string;
  /** Key and certificate chain of a host; the same for the same host and kind. */
  leafFor(host: string, kind: CertificateKind): Leaf;
}

/** PEM texts. */
export interface Leaf {
  readonly key: string;
  readonly cert: string;
}

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
  readonly keyId: Uint8Array;
  readonly pem: string;
}

interface Request {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: Pick<Issuer, "name" | "key" | "keyId">;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Uint8Array[];
}

const DAY_MS = 86_400_000;
const ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"));

/** A new CA (EC P-256), about a millisecond's work; keys and certificates live no longer than the gateway. */
export function createAuthority(): Authority {
  const trusted = createIssuer("uv-mre CA of one run");
  const leafKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = leafKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const leaves = new Map<string, Leaf>();
  let stranger: Issuer | null = null;

  return {
    caPem: trusted.pem,
    leafFor(host, kind) {
      const name = `${kind} ${host}`;
      let leaf = leaves.get(name);
      if (leaf === undefined) {
        leaf = { key, cert: certify(host, kind) };
        leaves.set(name, leaf);
      }
      return leaf;
    },
  };

  function certify(host: string, kind: CertificateKind): string {
    const issuer = kind === "untrusted" ? (stranger ??= createIssuer("uv-mre CA that nobody trusts")) : trusted;
    const certificate = signed({
      subject: "uv-mre index",
      publicKey: leafKeys.publicKey,
      issuer,
      notBefore: Date.now() - 3 * DAY_MS,
      notAfter: Date.now() + (kind === "expired" ? -1 : 20) * DAY_MS,
      extensions: [
        extension("2.5.29.19", der.sequence(), "critical"),
        extension("2.5.29.15", der.bits(Uint8Array.of(0x80), 7), "critical"), // digitalSignature
        extension("2.5.29.37", der.sequence(der.oid("1.3.6.1.5.5.7.3.1"))), // serverAuth
        extension("2.5.29.17", der.sequence(alternativeName(host))),
      ],
    });
    return certificate + issuer.pem;
  }
}

function createIssuer(name: string): Issuer {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = { name, key: privateKey, keyId: keyIdOf(publicKey) };
  const pem = signed({
    subject: name,
    publicKey,
    issuer,
    notBefore: Date.now() - 3 * DAY_MS,
    notAfter: Date.now() + 30 * DAY_MS,
    extensions: [
      extension("2.5.29.19", der.sequence(der.truth()), "critical"), // cA
      extension("2.5.29.15", der.bits(Uint8Array.of(0x06), 1), "critical"), // keyCertSign, cRLSign
    ],
  });
  return { ...issuer, pem };
}

/** An X.509 v3 certificate (RFC 5280) as PEM; with the key identifiers that Python 3.13 insists on. */
function signed({ subject, publicKey, issuer, notBefore, notAfter, extensions }: Request): string {
  const tbs = der.sequence(
    der.wrapped(0, der.integer(Uint8Array.of(2))),
    der.integer(randomBytes(16)),
    ECDSA_SHA256,
    commonName(issuer.name),
    der.sequence(der.time(new Date(notBefore)), der.time(new Date(notAfter))),
    commonName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der.wrapped(
      3,
      der.sequence(
        ...extensions,
        extension("2.5.29.14", der.octets(keyIdOf(publicKey))),
        extension("2.5.29.35", der.sequence(der.tagged(0, issuer.keyId))),
      ),
    ),
  );
  const certificate = der.sequence(tbs, ECDSA_SHA256, der.bits(sign("sha256", tbs, issuer.key)));
  const lines = Buffer.from(certificate).toString("base64").replace(/.{64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function commonName(name: string): Uint8Array {
  return der.sequence(der.set(der.sequence(der.oid("2.5.4.3"), der.utf8(name))));
}

function extension(id: string, value: Uint8Array, critical?: "critical"): Uint8Array {
  return der.sequence(der.oid(id), ...(critical === undefined ? [] : [der.truth()]), der.octets(value));
}

/** A DNS name, or an address where the host is one. */
function alternativeName(host: string): Uint8Array {
  const bare = host.replace(/^\[|\]$/g, "");
  return isIP(bare) === 0 ? der.tagged(2, new TextEncoder().encode(bare)) : der.tagged(7, addressBytes(bare));
}

function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split(".").map(Number));
  // The URL parser writes an IPv6 address in one form; `::` stands for the groups that are missing.
  const [head = "", tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  return Uint8Array.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

function keyIdOf(publicKey: KeyObject): Uint8Array {
  return createHash("sha1")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest();
}
