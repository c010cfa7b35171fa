// @peculiar/x509 wants the metadata polyfill to be there first.
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

export type CertificateKind = "good" | "expired" | "untrusted";

/** Certificates of one gateway, made when first asked for. */
export interface Authority {
  /** PEM of the CA that clients are to trust. */
  readonly caPem: string;
  /** Key and certificate chain of a host; the same for the same host and kind. */
  leafFor(host: string, kind: CertificateKind): Promise<Leaf>;
}

/** PEM texts. */
export interface Leaf {
  readonly key: string;
  readonly cert: string;
}

interface Issuer {
  readonly keys: CryptoKeyPair;
  readonly certificate: x509.X509Certificate;
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

const DAY_MS = 86_400_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const TRUSTED = "CN=uv-mre CA of one run";
const STRANGER = "CN=uv-mre CA that nobody trusts";

/** A new CA (EC P-256); keys and certificates live no longer than the gateway, unless an export carries them for `days`. */
export async function createAuthority({ days = 20 }: { days?: number } = {}): Promise<Authority> {
  const [trusted, leafKeys] = await Promise.all([createIssuer(TRUSTED, days + 10), newKeys()]);
  const key = KeyObject.from(leafKeys.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  const leaves = new Map<string, Promise<Leaf>>();
  let stranger: Promise<Issuer> | null = null;

  return {
    caPem: trusted.certificate.toString("pem"),
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
    const issuer = kind === "untrusted" ? await (stranger ??= createIssuer(STRANGER, days + 10)) : trusted;
    const bare = host.replace(/^\[|\]$/g, "");
    const certificate = await x509.X509CertificateGenerator.create(
      {
        subject: "CN=uv-mre index",
        issuer: issuer.certificate.subject,
        publicKey: leafKeys.publicKey,
        signingKey: issuer.keys.privateKey,
        signingAlgorithm: ALGORITHM,
        notBefore: new Date(Date.now() - 3 * DAY_MS),
        notAfter: new Date(Date.now() + (kind === "expired" ? -1 : days) * DAY_MS),
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension([{ type: isIP(bare) === 0 ? "dns" : "ip", value: bare }]),
          ...(await keyIdentifiers(leafKeys, issuer.keys)),
        ],
      },
      webcrypto,
    );
    return { key, cert: `${certificate.toString("pem")}\n${issuer.certificate.toString("pem")}\n` };
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
