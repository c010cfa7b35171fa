/** Places of a run that a text may name, and what it may write below. */
const PLACE = /^(?:\{\{\s*(?:project|home|venv|cache)\s*\}\}|~(?=\/|$))/;
/** Whatever else a placeholder gives is no path, or one that nothing can be written below. */
const PLACEHOLDER = /\{\{[^{}]*\}\}/g;
/** An address on the network; what it says after the host is no path of this machine. */
const ADDRESS = /(?:\b(?!(?:[a-z0-9.-]{1,20}\+)?file:)[a-z][a-z0-9+.-]{0,20}:\/\/|\{\{\s*(?:url|login|file)\.[^{}]*\}\})[^\s,;"']*/gi;
const FILE_ADDRESS = /\b(?:[a-z0-9.-]{1,20}\+)?file:[^\s,;"']*/gi;
/** Of a URL that means a file. */
const FILE_SCHEME = /^(?:[a-z0-9.-]{1,20}\+)?file:(?:\/\/(?:localhost)?(?=\/|\{))?/i;
const HARMLESS = /^\/dev\/(?:null|stdin|stdout|stderr|fd\/\d+)$/;

export interface Leaving {
  /** The part of the text that is at fault. */
  readonly text: string;
  readonly why: string;
}

/**
 * The first part of a text by which a tool would leave the run's folder: an absolute path, `~USER`, or too many `..`. `null`
 * where nothing in it does.
 *
 * @param folder where relative paths start, relative to the project; `""` is the project.
 */
export function leavingPath(text: string, folder: string = ""): Leaving | null {
  // `~=` compares versions.
  for (const part of text
    .replaceAll(ADDRESS, " ")
    .replaceAll("~=", " ")
    .split(/[=,;@'"\s]|:(?!\/\/)(?=[^\\])/)) {
    // A short option with its value: `-t/opt`.
    const plain = part.replace(/^-[A-Za-z](?=[/~]|\.\.(?:\/|$))/, "");
    const leaving = leavingPart(plain, folder);
    if (leaving !== null) return { text: plain, why: leaving };
  }
  for (const [found] of text.matchAll(FILE_ADDRESS)) {
    const path = found.replace(FILE_SCHEME, "");
    const leaving = leavingPart(path, folder);
    if (leaving !== null) return { text: found, why: leaving };
  }
  return null;
}

function leavingPart(part: string, folder: string): string | null {
  if (HARMLESS.test(part)) return null;
  const below = PLACE.exec(part)?.[0];
  if (below !== undefined) return climbsOut(part.slice(below.length), "") ? "leaves its folder by `..`" : null;
  if (/^~[A-Za-z_]/.test(part)) return "is the home of an account";
  if (/^(?:\/|[A-Za-z]:[\\/])/.test(part)) return "is absolute";
  if (/^\{\{\s*python\s*\}\}./.test(part)) return "is beside the Python, which is the user's own";
  const bare = part.replaceAll(PLACEHOLDER, "x");
  return bare.split(/[\\/]/).includes("..") && climbsOut(bare, folder) ? "leaves its folder by `..`" : null;
}

/** Whether a relative path, read from left to right, is ever above where `folder` starts. */
function climbsOut(path: string, folder: string): boolean {
  let depth = 0;
  for (const part of `${folder}/${path}`.split(/[\\/]/)) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return true;
  }
  return false;
}
