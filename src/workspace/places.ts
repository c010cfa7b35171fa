import { lstat, readlink, realpath } from "node:fs/promises";
import path from "node:path";
import { isExecutable } from "../disk/executable.ts";
import { isInside } from "./confine.ts";
import type { WorkspacePaths } from "./layout.ts";

/** The places of a run under both their names: as they are here, and as steps see them. */
export interface Places {
  readonly paths: WorkspacePaths;
  /** The same where the steps run in no sandbox. */
  readonly seen: WorkspacePaths;
  /** Where a place is here that steps see; what is outside the run's folder is the same for both. */
  here(place: string): string;
  /** The other way round. */
  asSeen(place: string): string;
  /** The real path, here, of a place here; links lead where they lead a step. `null`: nowhere. */
  real(place: string): Promise<string | null>;
  /** Whether a step may run what is at a place here. */
  isExecutable(place: string): Promise<boolean>;
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

export function createPlaces(paths: WorkspacePaths, seen: WorkspacePaths): Places {
  const moved = (place: string, from: string, to: string): string => (isInside(from, place) ? to + place.slice(from.length) : place);
  const here = (place: string): string => moved(place, seen.root, paths.root);
  const real = (place: string): Promise<string | null> =>
    seen.root === paths.root ? realpath(place).catch(() => null) : realAsSeen(place, here);
  return {
    paths,
    seen,
    here,
    asSeen: (place) => moved(place, paths.root, seen.root),
    real,
    async isExecutable(place) {
      const file = await real(place);
      return file !== null && (await isExecutable(file));
    },
  };
}

/** Follows links one by one: an absolute one is of a step, and what it names is elsewhere here. */
async function realAsSeen(place: string, here: (place: string) => string): Promise<string | null> {
  let left = place.split(path.sep).slice(1);
  let reached = path.parse(place).root;
  for (let links = 0; left.length > 0;) {
    const [name = "", ...rest] = left;
    const next = path.join(reached, name);
    const there = await lstat(next).catch(() => null);
    if (there === null) return null;
    if (!there.isSymbolicLink()) {
      [reached, left] = [next, rest];
      continue;
    }
    if (++links > MOST_LINKS) return null;
    const link = await readlink(next).catch(() => null);
    if (link === null) return null;
    const target = here(path.resolve(reached, link));
    [reached, left] = [path.parse(target).root, [...target.split(path.sep).filter((part) => part !== ""), ...rest]];
  }
  return reached;
}
