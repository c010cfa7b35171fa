import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../scenario/error.ts";

export interface Following {
  readonly follow: boolean;
  /** The real path of what exists; `null`: a link leads nowhere. Default: as the system has it. */
  real?(place: string): Promise<string | null>;
}

/**
 * The real, absolute place of a path that a scenario names, once it is sure that it is inside `folder`: by its own text, and
 * by where the links on its way lead (a step may have made one). The last part may be a link itself: `follow` says
 * whether where it leads matters too.
 *
 * @param folder where relative paths start, and which `..` must not leave.
 * @param root real path of the run's folder: links may lead anywhere in it.
 * @throws UserError where it leaves.
 */
export async function placeInside(folder: string, root: string, name: string, options: Following): Promise<string> {
  const place = path.resolve(folder, name);
  if (!isInside(folder, place)) throw new UserError(`${name}: leaves its folder`);
  const onTheWay = await realPath(options.follow ? place : path.dirname(place), options.real);
  if (!isInside(root, onTheWay)) throw new UserError(`${name}: a link leads it out of the run's folder`);
  return options.follow ? onTheWay : path.join(onTheWay, path.basename(place));
}

/** Whether `place` is `folder` or below it; both absolute and normalised. */
export function isInside(folder: string, place: string): boolean {
  return place === folder || place.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

/** The real path of what exists of it, and the rest as it is. A link that leads nowhere counts as leaving. */
async function realPath(place: string, realOf: Following["real"]): Promise<string> {
  for (let part = place; ; part = path.dirname(part)) {
    const there = await lstat(part).catch(() => null);
    if (there === null) continue;
    const real = await (realOf === undefined ? realpath(part).catch(() => null) : realOf(part));
    return real === null ? path.parse(part).root : path.join(real, path.relative(part, place));
  }
}
