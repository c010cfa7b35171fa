import { createHash } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { readKept, writeKept } from "./kept-json.ts";
import { type CacheOwner, openStaging, sweepStaging } from "./staging.ts";

/** In a tree: what every entry of it was when it was whole, and what else it was made for. */
const SEAL = "uv-mre-tree.json";

interface Seal {
  readonly made: string;
  /** By path in the tree: the SHA-256 of a file, or where a link leads. */
  readonly entries: Readonly<Record<string, string>>;
}

/** Says what a finished tree holds; `made` is what it depends on besides. */
export async function sealTree(folder: string, made: string): Promise<void> {
  await writeKept(path.join(folder, SEAL), { made, entries: entriesOf(folder) } satisfies Seal);
}

/**
 * Whether a tree is, byte for byte, what was sealed, and made for the same. Bytecode that Python put there since is no
 * change. Reads it all: 60 ms for the 39 MB of keyring with what it needs.
 */
export async function isWholeTree(folder: string, made: string): Promise<boolean> {
  const seal = (await readKept(path.join(folder, SEAL))) as Partial<Seal> | null;
  if (seal?.made !== made || typeof seal.entries !== "object") return false;
  const sealed = new Map(Object.entries(seal.entries));
  try {
    for (const [name, digest] of Object.entries(entriesOf(folder, sealed))) {
      if (sealed.get(name) !== digest) return false;
      sealed.delete(name);
    }
  } catch {
    // Something in it cannot be read.
    return false;
  }
  return sealed.size === 0;
}

/** The SHA-256 of what a tree was when it was sealed. */
export async function treeDigest(folder: string): Promise<string> {
  return createHash("sha256")
    .update(JSON.stringify(await readKept(path.join(folder, SEAL))))
    .digest("hex");
}

/**
 * Makes a tree at `place` once for all, unless it is there and whole: `make` fills `target`, a folder that is not there yet, and
 * may use `scratch`. Cut off or done twice at once, it leaves a whole tree or none.
 */
export async function keepTree(
  owner: CacheOwner,
  place: string,
  make: (target: string, scratch: string) => Promise<void>,
): Promise<string> {
  const made = path.basename(place);
  if (await isWholeTree(place, made)) return place;
  await sweepStaging(owner);
  await using staging = await openStaging(owner);
  const target = path.join(staging.path, "tree");
  await make(target, staging.path);
  await sealTree(target, made);
  await mkdir(path.dirname(place), { recursive: true });
  const move = (): Promise<void> => rename(target, place);
  await move().catch(async (error: unknown) => {
    // Another process was faster, or what is there is damaged.
    if (await isWholeTree(place, made)) return;
    await rename(place, path.join(staging.path, "damaged")).catch(() => {
      throw error;
    });
    await move();
  });
  return place;
}

/** Synchronous: by the thread pool a thousand small files take several times as long. */
function entriesOf(folder: string, sealed?: ReadonlyMap<string, string>): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    if (name === SEAL || (sealed?.has(name) === false && isBytecode(name))) continue;
    if (entry.isSymbolicLink()) entries[name] = `-> ${readlinkSync(file)}`;
    else if (entry.isFile()) entries[name] = createHash("sha256").update(readFileSync(file)).digest("hex");
  }
  return entries;
}

function isBytecode(name: string): boolean {
  return name.endsWith(".pyc") && path.basename(path.dirname(name)) === "__pycache__";
}
