/** A requirement (PEP 508) taken apart as far as a scenario needs it. */
export interface Requirement {
  readonly name: string;
  readonly extras: readonly string[];
  /** Specifiers and marker, as they stand. */
  readonly rest: string;
  /** A URL in place of specifiers. */
  readonly url: string | null;
}

export function readRequirement(text: string): Requirement | null {
  const [, name, extras = "", rest = ""] =
    /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$/su.exec(text) ?? [];
  if (name === undefined) return null;
  const url = /^@\s*(\S+)/u.exec(rest)?.[1] ?? null;
  return {
    name,
    extras: extras
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
    rest: rest.trim(),
    url,
  };
}

/** A version that the specifiers allow: the pinned one, or the lowest that they name. */
export function versionFor(specifiers: readonly string[]): string {
  const pinned = specifiers.flatMap((text) => /===?\s*(\d[\w.!+-]*?)(?:\.\*)?(?=\s*(?:[,)]|$))/u.exec(text)?.[1] ?? [])[0];
  if (pinned !== undefined) return pinned;
  const lowest = specifiers.flatMap((text) => [...text.matchAll(/(?:>=|~=)\s*([\w.!+-]+)/gu)].map(([, version]) => version ?? ""));
  return lowest.sort((a, b) => compare(b, a))[0] ?? "1.0.0";
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map((part) => Number.parseInt(part, 10) || 0));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
