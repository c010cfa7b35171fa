// @peculiar/x509 wants the metadata polyfill to be there first.
import "reflect-metadata";
import { createPrivateKey, createPublicKey, KeyObject, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";
import type { Authority, AuthorityKeys, CertificateKind, Leaf } from "./authority.ts";

interface Issuer {
  readonly keys: CryptoKeyPair;
  readonly certificate: x509.X509Certificate;
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

const DAY_MS = 86_400_000;
const LEAF_DAYS = 20;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const TRUSTED = "CN=uv-mre CA";
/** The host of a certificate that is for another. */
const WRONG_NAME = "elsewhere.example.org";
const STRANGER = "CN=uv-mre CA that is not trusted";

/** A new authority (EC P-256) of the caller's own, kept nowhere. Leaves hold for `days`, the CA ten days longer. */
export async function createAuthority({ days = LEAF_DAYS }: { days?: number } = {}): Promise<Authority> {
  return authorityOf(await createKeys(days), days);
}

/** Keys and CA of a new authority. */
export async function createKeys(days: number = LEAF_DAYS): Promise<AuthorityKeys> {
  const [trusted, leaf] = await Promise.all([createIssuer(TRUSTED, days + 10), newKeys()]);
  return { ca: trusted.certificate.toString("pem"), caKey: pemOf(trusted.keys.privateKey), leafKey: pemOf(leaf.privateKey) };
}

/** An authority that signs with these keys. */
export function authorityOf(keys: AuthorityKeys, days: number = LEAF_DAYS): Authority {
  const leafKeys = pairOf(keys.leafKey);
  const trusted: Issuer = { keys: pairOf(keys.caKey), certificate: new x509.X509Certificate(keys.ca) };
  const leaves = new Map<string, Promise<Leaf>>();
  let stranger: Promise<Issuer> | null = null;

  return {
    caPem: keys.ca,
    leafFor(host, kind) {
      const name = `${kind} ${host}`;
      let leaf = leaves.get(name);
      if (leaf === undefined) {
        leaf = certify(host, kind);
        leaves.set(name, leaf);
      }
      return leaf;
    },
  };

  async function certify(host: string, kind: CertificateKind): Promise<Leaf> {
    const issuer = await issuerOf(kind);
    const bare = (kind === "wrong-name" ? WRONG_NAME : host).replace(/^\[|\]$/g, "");
    const subject = kind === "client" ? "CN=uv-mre client" : "CN=uv-mre index";
    const certificate = await x509.X509CertificateGenerator.create(
      {
        subject,
        issuer: issuer.certificate?.subject ?? subject,
        publicKey: leafKeys.publicKey,
        signingKey: issuer.keys.privateKey,
        signingAlgorithm: kind === "sha1" ? { ...ALGORITHM, hash: "SHA-1" } : ALGORITHM,
        notBefore: new Date(Date.now() - 3 * DAY_MS),
        notAfter: new Date(Date.now() + (kind === "expired" ? -1 : days) * DAY_MS),
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([kind === "client" ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension([{ type: isIP(bare) === 0 ? "dns" : "ip", value: bare }]),
          ...(await keyIdentifiers(leafKeys, issuer.keys)),
        ],
      },
      webcrypto,
    );
    const chain = [certificate, ...(issuer.certificate === null ? [] : [issuer.certificate])];
    return { key: keys.leafKey, cert: chain.map((each) => `${each.toString("pem")}\n`).join("") };
  }

  async function issuerOf(
    kind: CertificateKind,
  ): Promise<{ readonly keys: CryptoKeyPair; readonly certificate: x509.X509Certificate | null }> {
    if (kind === "self-signed") return { keys: leafKeys, certificate: null };
    return kind === "untrusted" ? (stranger ??= createIssuer(STRANGER, days + 10)) : trusted;
  }
}

async function createIssuer(subject: string, days: number): Promise<Issuer> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: subject,
      keys,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(Date.now() - 3 * DAY_MS),
      notAfter: new Date(Date.now() + days * DAY_MS),
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        ...(await keyIdentifiers(keys, keys)),
      ],
    },
    webcrypto,
  );
  return { keys, certificate };
}

/** Python 3.13 insists on them. */
async function keyIdentifiers(subject: CryptoKeyPair, issuer: CryptoKeyPair): Promise<x509.Extension[]> {
  return Promise.all([
    x509.SubjectKeyIdentifierExtension.create(subject.publicKey, false, webcrypto),
    x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
  ]);
}

function newKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function pemOf(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString();
}

function pairOf(pem: string): CryptoKeyPair {
  const privateKey = createPrivateKey(pem);
  return {
    privateKey: privateKey.toCryptoKey(ALGORITHM, true, ["sign"]),
    publicKey: createPublicKey(privateKey).toCryptoKey(ALGORITHM, true, ["verify"]),
  };
}
