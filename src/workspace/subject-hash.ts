import { createHash, X509Certificate } from "node:crypto";

const [SEQUENCE, SET, OBJECT, UTF8] = [0x30, 0x31, 0x06, 0x0c];
/** `commonName`. */
const COMMON_NAME = Buffer.from("550403", "hex");

/**
 * The name by which OpenSSL looks for a CA in a folder (`SSL_CERT_DIR`), without `.0`: a hash of its subject in canonical form.
 * For a subject of one common name in ASCII, as ours has.
 */
export function subjectHash(pem: string): string {
  const name = /^CN=([ -~]+)$/.exec(new X509Certificate(pem).subject)?.[1];
  if (name === undefined) throw new Error("the subject of the CA is more than a common name");
  const canonical = name.trim().toLowerCase().replaceAll(/ +/g, " ");
  const attribute = tagged(SEQUENCE, Buffer.concat([tagged(OBJECT, COMMON_NAME), tagged(UTF8, Buffer.from(canonical))]));
  const digest = createHash("sha1").update(tagged(SET, attribute)).digest();
  return digest.readUInt32LE(0).toString(16).padStart(8, "0");
}

function tagged(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}
