import { UserError } from "../scenario/error.ts";
import { compare, isSpecifier, isVersion, satisfies } from "../scenario/version.ts";

/** What a `--uv` means on its own. */
export type ReleaseSpec =
  | { readonly kind: "exact"; readonly version: string }
  | { readonly kind: "binary"; readonly path: string }
  | { readonly kind: "range"; readonly specifier: string }
  | { readonly kind: "latest" | "oldest" | "minors" | "all" };

const FORMS = "an exact release (0.9.5), a range (>=0.9,<0.10), latest, oldest, minors, all, or a path to a binary (./target/debug/uv)";
const NEAREST = 3;

/** Throws `UserError` for a text that is none of the forms. */
export function parseSpec(text: string): ReleaseSpec {
  const spec = text.trim();
  if (spec === "latest" || spec === "oldest" || spec === "minors" || spec === "all") return { kind: spec };
  if (/[\\/]/.test(spec) || spec.startsWith(".")) return { kind: "binary", path: spec };
  const wrong = nearlySpec(spec);
  if (wrong !== null) throw new UserError(`"${text}" ${wrong}`);
  if (isVersion(spec)) return { kind: "exact", version: spec.replace(/^v/i, "") };
  if (isSpecifier(spec)) return { kind: "range", specifier: spec };
  throw new UserError(`not a release of uv: "${text}"; give ${FORMS}`);
}

/** What is wrong with a text that nearly means releases, and what to write; `null`: nothing. */
function nearlySpec(spec: string): string | null {
  const [, major, minor] = /^v?(\d+)(?:\.(\d+))?(?:\.[*x])?$/i.exec(spec) ?? [];
  if (major !== undefined) {
    const next = minor === undefined ? `<${Number(major) + 1}` : `<${major}.${Number(minor) + 1}`;
    const from = minor === undefined ? major : `${major}.${minor}`;
    return `is no single release of uv; write ">=${from},${next}" for all of them, or an exact one such as ${minor === undefined ? `${major}.9.5` : `${from}.5`}`;
  }
  const named = /^uv(?:==|@|-| )?v?(\d+(?:\.\d+){2})$/i.exec(spec)?.[1];
  return named === undefined ? null : `names uv itself; write ${named}`;
}

/** Whether `selectReleases` needs all releases: exact ones and binaries work without network. */
export function needsReleaseList(specs: readonly string[]): boolean {
  return specs.map(parseSpec).some((spec) => spec.kind !== "exact" && spec.kind !== "binary");
}

/**
 * The releases that specifications mean, each once: versions from oldest to newest, then paths of binaries in the
 * order given. `all` is what `listReleases` returned (stable releases only), or `null` where it was not asked for;
 * then exact versions are taken as they are. Throws `UserError` for an unknown version, with the nearest ones, and
 * for a range without releases.
 */
export function selectReleases(specs: readonly string[], all: readonly string[] | null): string[] {
  const versions = new Set<string>();
  const binaries = new Set<string>();
  const known = [...(all ?? [])].sort(compare);
  for (const spec of specs.map(parseSpec)) {
    if (spec.kind === "binary") binaries.add(spec.path);
    else for (const version of versionsOf(spec, all === null ? null : known)) versions.add(version);
  }
  return [...[...versions].sort(compare), ...binaries];
}

function versionsOf(spec: Exclude<ReleaseSpec, { kind: "binary" }>, known: readonly string[] | null): readonly string[] {
  if (spec.kind === "exact") return [exact(spec.version, known)];
  if (known === null || known.length === 0) throw new Error(`"${spec.kind}" needs the list of releases`);
  switch (spec.kind) {
    case "all":
      return known;
    case "latest":
      return known.slice(-1);
    case "oldest":
      return known.slice(0, 1);
    case "minors":
      return lastOfEachMinor(known);
    default:
      return inRange(spec.specifier, known);
  }
}

function inRange(specifier: string, known: readonly string[]): string[] {
  const found = known.filter((version) => satisfies(version, specifier));
  if (found.length > 0) return found;
  throw new UserError(`no release of uv is in "${specifier}"; they run from ${known[0]} to ${known.at(-1)}`);
}

function exact(version: string, known: readonly string[] | null): string {
  const match = known?.find((candidate) => compare(candidate, version) === 0);
  if (match !== undefined) return match;
  // Lists hold stable releases only, so of another kind of version nothing is known.
  if (known === null || !/^\d+(\.\d+)*$/.test(version)) return version;
  throw new UserError(unknownRelease(version, known));
}

/** Says that there is no such release, with those around it. */
export function unknownRelease(version: string, known: readonly string[]): string {
  const sameMinor = known.filter((candidate) => minorOf(candidate) === minorOf(version));
  const pool = sameMinor.length > 0 ? sameMinor : lastOfEachMinor(known);
  const above = pool.findIndex((candidate) => compare(candidate, version) > 0);
  const end = above < 0 ? pool.length : Math.min(pool.length, above + Math.floor(NEAREST / 2) + 1);
  const nearest = pool.slice(Math.max(0, end - NEAREST), end);
  return `there is no uv ${version}; the nearest releases: ${nearest.join(", ")}`;
}

function lastOfEachMinor(known: readonly string[]): string[] {
  const last = new Map(known.map((version) => [minorOf(version), version]));
  return [...last.values()];
}

function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
