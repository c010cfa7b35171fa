import { normaliseProject, readRequirement } from "../scenario/requirement.ts";

/** One line of a resolved closure. */
export interface Pin {
  /** Normalised. */
  readonly project: string;
  readonly version: string;
  /** SHA-256 of every file that the index holds for it. */
  readonly hashes: readonly string[];
  /** When it is wanted; `null`: always. */
  readonly marker: string | null;
}

/**
 * Reads `uv pip compile --generate-hashes`: `name==version ; marker \` and its `--hash=sha256:…` lines. A project may
 * come several times, with a version for each range of Pythons.
 */
export function parseClosure(text: string): Pin[] {
  const pins = new Map<string, Pin>();
  for (const line of text.replaceAll(/\\\r?\n/g, " ").split(/\r?\n/)) {
    const match = /^(?<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(?<version>[^\s;\\]+)(?:\s*;\s*(?<marker>.*?))?\s*(?:--hash|$)/.exec(line);
    if (match?.groups === undefined) continue;
    const project = normaliseProject(match.groups["name"] ?? "");
    const version = match.groups["version"] ?? "";
    const hashes = [...line.matchAll(/--hash=sha256:(?<digest>[0-9a-f]{64})/g)].map((each) => each.groups?.["digest"] ?? "");
    pins.set(pinName({ project, version }), { project, version, hashes, marker: match.groups["marker"] ?? null });
  }
  return [...pins.values()];
}

export function pinName(pin: { readonly project: string; readonly version: string }): string {
  return `${pin.project}==${pin.version}`;
}

/** Whether a pin may be wanted by some Python 3.`minor`; in doubt it is. */
export function wantedBy(pin: Pin, minor: number): boolean {
  if (pin.marker === null || /\bor\b/.test(pin.marker)) return true;
  const bounds = pin.marker.matchAll(/\bpython_(?:full_)?version (?<operator>[<>=!]+) '3\.(?<minor>\d+)(?<rest>[^']*)'/g);
  return [...bounds].every(({ groups }) => {
    const bound = Number(groups?.["minor"]);
    switch (groups?.["operator"]) {
      case ">=":
      case ">":
        return minor >= bound;
      case "<=":
        return minor <= bound;
      case "<":
        return groups["rest"] === "" ? minor < bound : minor <= bound;
      case "==":
        return minor === bound;
      default:
        return true;
    }
  });
}

/** The project that a requirement is for: `keyring[completion]==25.7.0` → `keyring`. */
export function projectOf(requirement: string): string {
  return normaliseProject(readRequirement(requirement)?.name ?? requirement);
}

/** Splits into groups in which each project comes once, keeping the order; one resolver run can take a group. */
export function groupsWithoutRepeats<T>(items: readonly T[], project: (item: T) => string): T[][] {
  const groups: Map<string, T>[] = [];
  for (const item of items) {
    const name = project(item);
    let group = groups.find((each) => !each.has(name));
    if (group === undefined) groups.push((group = new Map()));
    group.set(name, item);
  }
  return groups.map((group) => [...group.values()]);
}
