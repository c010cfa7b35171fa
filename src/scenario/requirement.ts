import { isSpecifier, isVersion } from "./version.ts";

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const PARTS = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[A-Za-z0-9._,\s-]*\])?\s*(.*?)\s*$/s;

/** A PEP 508 requirement, as far as a scenario needs to see into it. */
export interface Requirement {
  /** As written. */
  readonly name: string;
  /** The version after a lone `==`, without wild cards; `null` if it is not pinned. */
  readonly pinned: string | null;
}

/** `null` for what is no requirement. Markers are not looked into: uv judges them. */
export function readRequirement(text: string): Requirement | null {
  // A second line would be one of its own where requirements are listed, an option of pip's or uv's even.
  if (/[\r\n]/.test(text)) return null;
  const [, name, , rest] = PARTS.exec(text) ?? [];
  if (name === undefined || rest === undefined) return null;
  if (rest.startsWith("@")) return /^@\s*\S/.test(rest) ? { name, pinned: null } : null;
  const specifiers = (rest.split(";")[0] ?? "").trim().replace(/^\((.*)\)$/, "$1");
  if (specifiers === "") return { name, pinned: null };
  if (!isSpecifier(specifiers)) return null;
  const version = /^==\s*([^,=*]+)$/.exec(specifiers)?.[1]?.trim();
  return { name, pinned: version !== undefined && isVersion(version) ? version : null };
}

/** Whether the text may name a project (PEP 508). */
export function isProjectName(text: string): boolean {
  return NAME.test(text);
}

/** The normalised name of a project (PEP 503). */
export function normaliseProject(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
