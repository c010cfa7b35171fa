import { compare as comparePep440, explain, satisfies as satisfiesPep440, valid, validRange } from "@renovatebot/pep440";

/** Nearly every release is one, and a report sorts tens of thousands: no full parse is needed for it. */
const NUMBERS = /^\d{1,9}(?:\.\d{1,9})*$/u;

/** Whether the text is a PEP 440 version, for example `0.9.18` or `1.0rc1`. */
export function isVersion(text: string): boolean {
  return NUMBERS.test(text) || valid(text) !== null;
}

/** Whether the text is a PEP 440 specifier set, for example `>=0.9,<0.10`. The empty set is none. */
export function isSpecifier(text: string): boolean {
  return text.trim() !== "" && validRange(text);
}

/** Below, at or above zero as `a` is older than, the same as or newer than `b`. Throws where either is no version. */
export function compare(a: string, b: string): number {
  for (const version of [a, b]) if (!isVersion(version)) throw new Error(`not a version: ${version}`);
  return NUMBERS.test(a) && NUMBERS.test(b) ? compareNumbers(a, b) : comparePep440(a, b);
}

function compareNumbers(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number));
  if (left === undefined || right === undefined) return 0;
  const places = Array.from({ length: Math.max(left.length, right.length) }, (_, place) => (left[place] ?? 0) - (right[place] ?? 0));
  return Math.sign(places.find((difference) => difference !== 0) ?? 0);
}

/**
 * Whether a release is in a specifier set. Pre-releases are left out unless a specifier names one (PEP 440).
 * Throws where either is malformed.
 */
export function satisfies(version: string, specifiers: string): boolean {
  if (!isVersion(version)) throw new Error(`not a version: ${version}`);
  if (!isSpecifier(specifiers)) throw new Error(`not a version specifier: ${specifiers}`);
  return satisfiesPep440(version, specifiers, { prereleases: namesPrerelease(specifiers) });
}

/** The versions that a specifier set names. */
export function versionsIn(specifiers: string): string[] {
  return specifiers
    .split(",")
    .map((part) =>
      part
        .replace(/^\s*(===|~=|==|!=|<=|>=|<|>)/, "")
        .trim()
        .replace(/\.\*$/, ""),
    )
    .filter(isVersion);
}

/** A pre-release that is only excluded does not let others in. */
function namesPrerelease(specifiers: string): boolean {
  return versionsIn(specifiers.replace(/!=[^,]*/g, "")).some((version) => explain(version)?.is_prerelease === true);
}
