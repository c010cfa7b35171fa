import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { type Account, htpasswd } from "./htpasswd.ts";
import type { FileStore, ServedFile } from "./pypiserver-index.ts";

/** A folder, all of whose files are served; or the files themselves. */
export type Packages = string | readonly { readonly name: string; readonly content: string | Uint8Array }[];

/** User name → password. */
export type Users = Readonly<Record<string, string>>;

type StoredFiles = Parameters<FileStore["put"]>[0];

/** The image's user: what it reads and writes must be its own. */
const UID = 10001;
/** The server's data folder in the container. */
export const DATA_FOLDER = "/data";

export function accountsOf(users: Users): Account[] {
  return Object.entries(users).map(([name, password]) => ({ name, password }));
}

/** The htpasswd file of the root index. */
export function usersFile(users: Users): StoredFiles {
  return [{ path: "htpasswd", content: { kind: "bytes", bytes: Buffer.from(htpasswd(accountsOf(users))) } }];
}

/** Packages of the root index. */
export async function packageFiles(packages: Packages): Promise<StoredFiles> {
  return (await filesOf(packages)).map(({ name, content }) => ({ path: `packages/${name}`, content }));
}

/** Reads them all; of a folder, also what is in folders below it, by file name. */
export async function filesOf(packages: Packages): Promise<ServedFile[]> {
  if (typeof packages !== "string") return packages.map(({ name, content }) => served(name, Buffer.from(content)));
  const entries = await readdir(packages, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return await Promise.all(files.map(async ({ name, parentPath }) => served(name, await readFile(path.join(parentPath, name)))));
}

function served(name: string, bytes: Buffer): ServedFile {
  if (name.includes("/")) throw new Error(`a package's file name has no folder in it: ${name}`);
  return { name, sha256: createHash("sha256").update(bytes).digest("hex"), content: { kind: "bytes", bytes } };
}

/** As an archive of files that belong to the image's user. It is whole in memory, so that reading fails before sending. */
export async function archiveOf(files: StoredFiles): Promise<Readable> {
  const archive = pack();
  const folders = new Set<string>();
  const owner = { uid: UID, gid: UID };
  for (const file of files) {
    const parts = file.path.split("/").slice(0, -1);
    for (const [depth] of parts.entries()) {
      const name = parts.slice(0, depth + 1).join("/");
      if (!folders.has(name)) archive.entry({ name, type: "directory", mode: 0o755, ...owner });
      folders.add(name);
    }
    const bytes = file.content.kind === "bytes" ? Buffer.from(file.content.bytes) : await readFile(file.content.path);
    archive.entry({ name: file.path, mode: 0o644, ...owner }, bytes);
  }
  archive.finalize();
  return Readable.from([await buffer(archive)]);
}
