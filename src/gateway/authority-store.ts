import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { link, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { keptText, readKept } from "../disk/kept-json.ts";
import type { Authority, AuthorityKeys, CertificateKind, Leaf } from "./authority.ts";

const DAY_MS = 86_400_000;
const PERIOD_DAYS = 10;

/**
 * The authority kept in `folder`, shared by every process that uses it; a new one each ten days, good for twenty more.
 * Kept because signing costs a sixth of a second in every run. Nobody trusts it but the commands of runs.
 */
export async function openAuthority(folder: string, now: number = Date.now()): Promise<Authority> {
  const period = String(Math.floor(now / (PERIOD_DAYS * DAY_MS)));
  const own = path.join(folder, period);
  await mkdir(own, { recursive: true, mode: 0o700 });
  await removeOthers(folder, period);
  const keys = await kept<AuthorityKeys>(path.join(own, "ca.json"), async () => (await signing()).createKeys(), isCa);
  let signer: Promise<Authority> | null = null;
  const leaves = new Map<string, Promise<Leaf>>();
  return {
    caPem: keys.ca,
    leafFor(host, kind) {
      const name = `${kind} ${host}`;
      const known = leaves.get(name) ?? leafOf(host, kind);
      leaves.set(name, known);
      return known;
    },
  };

  async function leafOf(host: string, kind: CertificateKind): Promise<Leaf> {
    const sign = async (): Promise<Leaf> => {
      signer ??= signing().then(({ authorityOf }) => authorityOf(keys));
      return (await signer).leafFor(host, kind);
    };
    if (kind !== "good") return sign();
    const file = path.join(own, `${createHash("sha256").update(host).digest("hex").slice(0, 32)}.json`);
    return kept<Leaf>(file, sign, (leaf) => isLeafOf(leaf, keys));
  }
}

/** Takes a tenth of a second to load, so only when something is to be signed. */
function signing(): Promise<typeof import("./certificate.ts")> {
  return import("./certificate.ts");
}

/** The file's content, made where there is none; the first to make it wins. */
async function kept<Value>(file: string, make: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  const found = await readHeld(file, holds);
  if (found !== null) return found;
  const made = await make();
  const draft = `${file}.${randomBytes(6).toString("hex")}.part`;
  await writeFile(draft, keptText(made), { mode: 0o600 });
  try {
    await link(draft, file);
    return made;
  } catch {
    // Another process was first; where its file is no good either, ours serves this process alone.
    return (await readHeld(file, holds)) ?? made;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readHeld<Value>(file: string, holds: (value: Value) => boolean): Promise<Value | null> {
  const value = (await readKept(file)) as Value | null;
  if (value !== null && holds(value)) return value;
  await rm(file, { recursive: true, force: true });
  return null;
}

function isCa(keys: AuthorityKeys): boolean {
  return new X509Certificate(keys.ca).ca && keys.caKey !== "" && keys.leafKey !== "";
}

function isLeafOf(leaf: Leaf, keys: AuthorityKeys): boolean {
  return leaf.key === keys.leafKey && new X509Certificate(leaf.cert).checkIssued(new X509Certificate(keys.ca));
}

async function removeOthers(folder: string, period: string): Promise<void> {
  for (const name of await readdir(folder)) {
    // The one before may still be in use by a long run.
    if (/^\d+$/.test(name) && Number(name) < Number(period) - 1) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
