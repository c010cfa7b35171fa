import type { FileMatcher, KeyringMatcher, LeakMatcher, Quantified, RequestMatcher } from "../model.ts";
import { didYouMean, type Path } from "../problem.ts";
import { checkTexts } from "./condition-text.ts";
import { checkIndex, readUserReference, type ReadContext } from "./context.ts";
import { pathFault } from "./path.ts";

/** Under `every`, these keys say which are meant; the others what must hold. */
const SELECTORS = {
  request: ["index", "method", "url", "host", "range"],
  keyring: ["service", "operation"],
  file: ["path"],
} as const;

export function checkRequestMatcher(context: ReadContext, match: RequestMatcher, quantified: Quantified, path: Path): void {
  const { problems } = context;
  checkEvery(context, "request", match, quantified, path);
  each(match.index, path, "index", (name, here) => checkIndex(context, name, here, { withDefault: true }));
  each(match.status, path, "status", (status, here) => {
    if (status !== 0 && (status < 100 || status > 599)) problems.error("never-holds", here, `no HTTP status is ${status}`);
  });
  each(match.user, path, "user", (user, here) => checkUserSeen(context, user, here));
  const anonymous = match.authorization?.every((kind) => kind === "none" || kind === "bearer") ?? false;
  if (match.user !== undefined && anonymous && match.authorization?.length !== 0) {
    problems.error("never-holds", [...path, "user"], "a request without a password for a user has no user either", { atKey: true });
  }
}

/** A user that neither an index nor any text of the scenario knows is never sent. */
function checkUserSeen(context: ReadContext, user: string, path: Path): void {
  const known = [...context.indexes.values()].flatMap((index) => index.users);
  // Some registries take a token under an empty name.
  if (known.includes(user) || user === "" || [user, encodeURIComponent(user)].some((form) => context.texts.includes(form))) return;
  const from: Path[] = [...context.indexes.keys()].flatMap((name) => [
    ["index", name, "user"],
    ["index", name, "users"],
  ]);
  context.absent(from, "unknown-user", path, `no index and no file knows a user \`${user}\``, { hint: didYouMean(user, known) });
}

export function checkKeyringMatcher(context: ReadContext, match: KeyringMatcher, quantified: Quantified, path: Path): void {
  checkEvery(context, "keyring", match, quantified, path);
  each(match.user, path, "user", (user, here) => checkUserSeen(context, user, here));
  each(match.raised, path, "raised", (raised, here) => {
    if (raised === "") context.problems.error("never-holds", here, "an exception's class has a name", { hint: 'for none write "nothing"' });
  });
  if (match.finished === false && match.exit !== undefined) {
    context.problems.error("never-holds", [...path, "exit"], "a call that did not finish has no exit status", { atKey: true });
  }
  each(match.exit, path, "exit", (exit, here) => {
    if (exit < 0 || exit > 255) context.problems.error("never-holds", here, `no exit status is ${exit}`);
  });
}

export function checkFileMatcher(context: ReadContext, match: FileMatcher, quantified: Quantified, path: Path): void {
  const { problems } = context;
  checkEvery(context, "file", match, quantified, path);
  each(match.path, path, "path", (text, here) => {
    const inside = text.replace(/^~\//, "");
    const fault = inside.startsWith("~") ? "the path begins with `~`" : pathFault(inside);
    if (fault !== null) problems.error("bad-path", here, fault);
  });
  const paths = { contains: [...path, "contains"], lacks: [...path, "lacks"] };
  checkTexts(context, nonEmpty(match.contains), nonEmpty(match.lacks), paths);
  if (match.exists === false && match.contains !== undefined) {
    problems.error("never-holds", paths.contains, "a file that is not there contains nothing", { atKey: true });
  }
  if (match.exists === false && match.lacks !== undefined) {
    problems.error("never-holds", paths.lacks, "a file that is not there has no text to lack something", { atKey: true });
  }
}

/** Empty lists are reported where all matchers are read. */
function nonEmpty(texts: readonly string[] | undefined): readonly string[] | null {
  return texts === undefined || texts.length === 0 ? null : texts;
}

/** Returns the matcher with secrets named in full: `INDEX.USER`. */
export function checkLeakMatcher(context: ReadContext, match: LeakMatcher, path: Path): LeakMatcher {
  each(match.where, path, "in", (where, here) => {
    if (where === "") context.problems.error("never-holds", here, "a place has a name", { hint: "`stdout`, `stderr`, or a file's path" });
  });
  if (match.secret === undefined) return match;
  const secret = match.secret.map((name, position) => {
    const here = match.secret?.length === 1 ? [...path, "secret"] : [...path, "secret", position];
    const found = readUserReference(context, name, here);
    return found === null ? name : `${found.index}.${found.user}`;
  });
  return { ...match, secret };
}

function checkEvery(context: ReadContext, kind: keyof typeof SELECTORS, match: object, quantified: Quantified, path: Path): void {
  if (quantified.quantifier !== "every") return;
  const selectors: readonly string[] = SELECTORS[kind];
  if (Object.keys(match).some((key) => !selectors.includes(key))) return;
  const hint = Object.keys(match).length === 0 ? null : "`any` says that there is one";
  context.absent([path], "always-holds", path, "says which are meant, but not what must hold for each", { hint });
}

/** A value alone stands at its key, one of several at its place in the list. */
function each<T>(values: readonly T[] | undefined, path: Path, key: string, check: (value: T, path: Path) => unknown): void {
  for (const [position, value] of (values ?? []).entries()) check(value, values?.length === 1 ? [...path, key] : [...path, key, position]);
}
