import type { Distribution } from "../scenario/distribution.ts";
import { normaliseProject } from "../scenario/requirement.ts";
import type { Answer } from "./answer.ts";

/** What an index holds at one moment; replaced whole when anything in it changes. */
export interface Catalogue {
  readonly projects: ReadonlyMap<string, readonly Distribution[]>;
  readonly files: ReadonlyMap<string, Distribution>;
  /** Pages rendered from this catalogue. */
  readonly pages: Map<string, Answer>;
}

/** The files of one index: the run's own files, what was uploaded, and what was yanked since. */
export interface FileStore {
  /** The catalogue now; the same object as long as nothing changed. */
  current(): Catalogue;
  /** In place of one of its name, if there is one. */
  add(distribution: Distribution): void;
  yank(project: string, version: string): void;
}

/** `list` is live: the run may publish at any time, so it is compared on each call (a few hundred pointers). */
export function createFileStore(list: () => readonly Distribution[]): FileStore {
  const uploaded = new Map<string, Distribution>();
  const yanked = new Set<string>();
  let seen: readonly Distribution[] = [];
  let catalogue: Catalogue | null = null;
  return {
    current() {
      const listed = list();
      if (catalogue !== null && same(seen, listed)) return catalogue;
      seen = [...listed];
      const kept = seen.filter(({ filename }) => !uploaded.has(filename));
      catalogue = build([...kept, ...uploaded.values()].map((each) => withYank(each, yanked)));
      return catalogue;
    },
    add(distribution) {
      uploaded.set(distribution.filename, distribution);
      catalogue = null;
    },
    yank(project, version) {
      yanked.add(`${normaliseProject(project)}==${version}`);
      catalogue = null;
    },
  };
}

/** Those of a project that a user (or nobody: `null`) may see. */
export function visible(distributions: readonly Distribution[], account: string | null): readonly Distribution[] {
  if (distributions.every((each) => each.visibleTo === null)) return distributions;
  return distributions.filter((each) => mayBeSeenBy(each, account));
}

export function mayBeSeenBy(distribution: Distribution, account: string | null): boolean {
  return distribution.visibleTo === null || (account !== null && distribution.visibleTo.includes(account));
}

function same(a: readonly Distribution[], b: readonly Distribution[]): boolean {
  return a.length === b.length && a.every((each, position) => each === b[position]);
}

function withYank(distribution: Distribution, yanked: ReadonlySet<string>): Distribution {
  if (distribution.yanked !== false || !yanked.has(`${distribution.project}==${distribution.version}`)) return distribution;
  return { ...distribution, yanked: "" };
}

function build(all: readonly Distribution[]): Catalogue {
  const projects = new Map<string, Distribution[]>();
  const files = new Map<string, Distribution>();
  for (const each of all) {
    if (files.has(each.filename)) continue;
    files.set(each.filename, each);
    const siblings = projects.get(each.project);
    if (siblings === undefined) projects.set(each.project, [each]);
    else siblings.push(each);
  }
  return { projects, files, pages: new Map() };
}
