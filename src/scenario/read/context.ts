import { splitReference } from "../placeholder.ts";
import { didYouMean, type DraftDetails, type Path, type ProblemKind, type ProblemList } from "../problem.ts";
import { normaliseProject, readRequirement } from "../requirement.ts";
import { declaredGit, declaredIndexes, type RawScenario } from "../schema/file.ts";
import type { RawIndex } from "../schema/index-table.ts";
import type { RawPackages } from "../schema/package.ts";
import { listed } from "../schema/value.ts";
import type { Shaped } from "../shape.ts";

/** What an index is known to have, before anything is read that refers to it. */
interface KnownIndex {
  readonly users: readonly string[];
  /** Normalised names. */
  readonly packages: ReadonlySet<string>;
  /** Whether these are all: a real package brings others, which only resolving it tells. */
  readonly closed: boolean;
}

/** What every reader is given. Paths are those of the shaped document. */
export interface ReadContext {
  readonly problems: ProblemList;
  /** `default` included. */
  readonly indexes: ReadonlyMap<string, KnownIndex>;
  /** Whether the scenario has a company's proxy. */
  readonly hasProxy: boolean;
  /** All that a run may see of user names: files, commands, environment; not the conditions. */
  readonly texts: string;
  /** Where a path stands in the text, for people: `step[1].healthy.exit`. */
  original(path: Path): Path;
  /** Says that something is absent, unless what should provide it (at `from`) was itself wrong and is reported already. */
  absent(from: readonly Path[], kind: ProblemKind, path: Path, message: string, details?: DraftDetails): void;
}

export function createReadContext(shaped: Shaped, list: ProblemList): ReadContext {
  const problems: ProblemList = {
    drafts: list.drafts,
    error: (kind, path, ...rest) => list.error(kind, shaped.original(path), ...rest),
    warning: (kind, path, ...rest) => list.warning(kind, shaped.original(path), ...rest),
  };
  return {
    problems,
    indexes: knownIndexes(shaped.raw),
    hasProxy: shaped.raw.proxy !== undefined,
    texts: visibleTexts(shaped.raw).join("\n"),
    original: (path) => shaped.original(path),
    absent(from, kind, path, message, details) {
      if (!from.some((place) => shaped.isBroken(shaped.original(place)))) problems.error(kind, path, message, details);
    },
  };
}

function knownIndexes(raw: RawScenario): Map<string, KnownIndex> {
  const indexes = new Map<string, KnownIndex>();
  const published = raw.step.flatMap((step) => listed(step.set));
  const add = (name: string, users: readonly string[], packages: RawPackages) => {
    const later = published.flatMap((change) => (change.index === name && change.publish !== undefined ? [change.publish] : []));
    const names = [...packages, ...later].map((entry) =>
      typeof entry === "string" ? (readRequirement(entry)?.name ?? entry) : entry.name,
    );
    const closed = packages.every((entry) => typeof entry !== "string");
    indexes.set(name, { users, packages: new Set(names.map(normaliseProject)), closed });
  };
  add("default", [], raw.index?.default?.packages ?? []);
  if (raw.proxy !== undefined) add("proxy", userNames(raw.proxy), []);
  for (const [name, { user, users, packages }] of [...declaredIndexes(raw), ...declaredGit(raw)]) {
    const names = userNames({ user, users });
    add(name, names, packages ?? []);
  }
  return indexes;
}

function userNames({ user, users }: Pick<RawIndex, "user" | "users">): string[] {
  return [...listed(user), ...(users ?? [])].map((one) => (typeof one === "string" ? one : one.name));
}

function visibleTexts(node: unknown): string[] {
  if (typeof node === "string") return [node];
  if (typeof node !== "object" || node === null) return [];
  const hidden = ["title", "description", "reproduced", "healthy"];
  return Object.entries(node).flatMap(([name, value]) => (hidden.includes(name) ? [] : [name, ...visibleTexts(value)]));
}

/** The names that an index may be called by. */
export function indexNames(context: ReadContext, options: { withDefault: boolean }): string[] {
  return [...context.indexes.keys()].filter((name) => options.withDefault || name !== "default");
}

/** Whether there is such an index; reports it if not. */
export function checkIndex(context: ReadContext, name: string, path: Path, options: { withDefault: boolean; find?: string }): boolean {
  const names = indexNames(context, options);
  if (names.includes(name)) return true;
  const hint = name === "default" ? "the default index cannot be named here" : (didYouMean(name, names) ?? `declare it: [index.${name}]`);
  context.absent([["index", name]], "unknown-index", path, `there is no index \`${name}\``, { hint, find: options.find ?? name });
  return false;
}

/** Whether the index has such a user; reports it if not. */
export function checkUser(context: ReadContext, index: string, user: string, path: Path, find: string = user): boolean {
  const users = context.indexes.get(index)?.users ?? [];
  if (users.includes(user)) return true;
  const from: Path[] = [
    ["index", index, "user"],
    ["index", index, "users"],
  ];
  const message = users.length === 0 ? `index \`${index}\` has no users` : `index \`${index}\` has no user \`${user}\``;
  context.absent(from, "unknown-user", path, message, {
    hint: users.length === 0 ? `give it one: \`user = "${user === "" ? "alice" : user}"\`` : didYouMean(user, users),
    find,
  });
  return false;
}

/** Whether the index has, or may have, such a package; reports it if not. */
export function checkPackage(context: ReadContext, index: string, name: string, path: Path, find: string = name): void {
  const known = context.indexes.get(index);
  if (known === undefined || !known.closed || known.packages.has(normaliseProject(name))) return;
  const hint = didYouMean(name, known.packages);
  context.absent([["index", index, "packages"]], "unknown-package", path, `index \`${index}\` has no package \`${name}\``, { hint, find });
}

/** Reads `INDEX.USER`, or `INDEX` where it has one user only; reports what is wrong with it. */
export function readUserReference(
  context: ReadContext,
  text: string,
  path: Path,
  find: string = text,
): { index: string; user: string } | null {
  const names = indexNames(context, { withDefault: false });
  const split = splitReference(text, names);
  if (split === null) {
    const name = text.split(".")[0] ?? text;
    checkIndex(context, name, path, { withDefault: false, find });
    return null;
  }
  const { index, rest } = split;
  if (rest !== null) return checkUser(context, index, rest, path, find) ? { index, user: rest } : null;
  const users = context.indexes.get(index)?.users ?? [];
  const [only] = users;
  if (users.length === 1 && only !== undefined) return { index, user: only };
  if (users.length === 0) checkUser(context, index, "", path, find);
  else {
    const hint = `write one of ${users.map((user) => `\`${index}.${user}\``).join(", ")}`;
    context.problems.error("unknown-user", path, `index \`${index}\` has several users`, { hint, find });
  }
  return null;
}
