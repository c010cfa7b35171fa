import { lstat, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { type Folder, openBelow } from "../disk/folder.ts";
import { DEFAULT_MODE, readRegular, writeRegular } from "../disk/regular-file.ts";
import { removeTree } from "../disk/remove-tree.ts";
import type { FileRecord } from "../observation/model.ts";
import { UserError } from "../scenario/error.ts";
import { normaliseProject } from "../scenario/requirement.ts";
import { isInside, placeInside } from "./confine.ts";
import type { Places } from "./places.ts";
import { isErrno } from "./errno.ts";
import type { WorkspacePaths } from "./layout.ts";

/** Bytes; Node has no text of more than 512 MB, and no condition is about so much. */
const LARGEST_READ = 64_000_000;

/**
 * What the harness itself does in a run's folder, where a step may have put anything: links, FIFOs, folders in place of
 * files. A name is resolved first; then it is reached from the open root, folder by folder, and no link is followed any more.
 */
export class RunFiles {
  readonly #places: Places;
  readonly #paths: WorkspacePaths;
  readonly #root: Folder;

  constructor(places: Places, root: Folder) {
    this.#places = places;
    this.#paths = places.paths;
    this.#root = root;
  }

  /** Returns where it is. */
  async write(place: "project" | "home", name: string, text: string | Uint8Array): Promise<string> {
    const file = await this.#inside(this.#paths[place], name, true);
    try {
      await using folder = await this.#open(path.dirname(file), true);
      await writeRegular(folder, path.basename(file), text, typeof text === "string" && text.startsWith("#!") ? 0o755 : DEFAULT_MODE);
    } catch (error) {
      if (isErrno(error, "EISDIR", "ENOTDIR")) throw new UserError(`${name}: a file and a folder want this name`);
      if (isErrno(error, "EEXIST", "ELOOP")) throw new UserError(`${name}: something that is no file has this name`);
      if (isErrno(error, "ENAMETOOLONG")) throw new UserError(`${name}: the name is too long for this file system`);
      throw error;
    }
    return file;
  }

  async read(name: string): Promise<Pick<FileRecord, "content" | "unread">> {
    const place = await this.resolve(name, { follow: false });
    const real = await this.#places.real(place);
    const there = real === null ? null : await stat(real).catch(() => null);
    if (there === null) return { content: null };
    // Were it said to be empty, any `lacks` would hold.
    if (there.isDirectory()) return { content: null, unread: "is a folder" };
    // Where a link leads out (a venv's python), that it exists is all there is to tell.
    const file = await this.resolve(name, { follow: true }).catch(() => null);
    if (file === null) return { content: null, unread: "is a link out of the run's folder" };
    await using folder = await this.#open(path.dirname(file), false);
    const found = await lstat(folder.at(path.basename(file)));
    if (!found.isFile()) return { content: null, unread: "is no regular file" };
    if (found.size > LARGEST_READ) throw new UserError(`${name}: has ${found.size} bytes, more than is read for a condition (64 MB)`);
    const bytes = await readRegular(folder.at(path.basename(file)), LARGEST_READ);
    if (bytes === null) return { content: null, unread: "cannot be read" };
    return { content: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) };
  }

  /** What is installed in a venv of the project, for the Python that it is of, one `NAME==VERSION` a line; `null`: there is no venv. */
  async installed(venv: string): Promise<string | null> {
    const { project } = this.#paths;
    const { content } = await this.read(path.join(venv, "pyvenv.cfg")).catch(() => ({ content: null }));
    const python = pythonOf(content ?? "");
    if (python === null) return null;
    // Without the global lock it has a name of its own.
    const places = ["lib", "lib64"].flatMap((lib) => [python, `${python}t`].map((name) => path.join(venv, lib, name, "site-packages")));
    const listed = await Promise.all(
      places.map(async (name) => {
        const place = await this.#inside(project, name, true).catch(() => null);
        return place === null ? null : readdir(place).catch(() => null);
      }),
    );
    if (listed.every((names) => names === null)) return null;
    const packages = listed.flatMap((names) =>
      (names ?? []).flatMap((name) => {
        const [, project, version] = /^(.+?)-(.+)\.dist-info$/.exec(name) ?? [];
        return project === undefined ? [] : [`${normaliseProject(project)}==${version}`];
      }),
    );
    return [...new Set(packages)].sort().join("\n");
  }

  async remove(name: string): Promise<void> {
    const { project, home } = this.#paths;
    const place = await this.resolve(name, { follow: false });
    if (isInside(place, project) || isInside(place, home)) throw new UserError(`${name}: is more than a step may delete`);
    const folder = await this.#open(path.dirname(place), false).catch((error: unknown) => {
      if (isErrno(error, "ENOENT", "ENOTDIR")) return null;
      throw error;
    });
    if (folder === null) return;
    await using parent = folder;
    await removeTree(parent.at(path.basename(place)));
  }

  /** Made if it is not there. */
  async folder(name: string): Promise<string> {
    const place = await this.#inside(this.#paths.project, name, true);
    await using _made = await this.#open(place, true);
    return place;
  }

  /** `~/…` is home; absolute paths (a filled-in `{{cache}}`) stay within the run's folder. */
  resolve(name: string, options: { follow: boolean }): Promise<string> {
    const { root, project, home } = this.#paths;
    if (name === "~" || name.startsWith("~/")) return this.#inside(home, name.slice(2), options.follow);
    return this.#inside(path.isAbsolute(name) ? root : project, name, options.follow);
  }

  #inside(folder: string, name: string, follow: boolean): Promise<string> {
    return placeInside(folder, this.#paths.root, this.#places.here(name), { follow, real: this.#places.real });
  }

  #open(place: string, make: boolean): Promise<Folder> {
    const below = path.relative(this.#paths.root, place);
    return openBelow(this.#root, below === "" ? [] : below.split(path.sep), { make });
  }
}

/** As its folder of libraries is called; by what uv, venv and virtualenv write of it. `null`: it is no venv. */
function pythonOf(config: string): string | null {
  const version = /^\s*version(?:_info)?\s*=\s*(3\.\d+)/m.exec(config)?.[1];
  return version === undefined ? null : `python${version}`;
}
