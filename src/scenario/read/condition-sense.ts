import { saidBy } from "../../condition/key.ts";
import type { ListKind } from "../../condition/kind.ts";
import type { Scalar } from "../../condition/operator.ts";
import type { Quantified } from "../model.ts";
import { didYouMean, type Path } from "../problem.ts";
import { checkTexts } from "./condition-text.ts";
import { checkIndex, readUserReference, type ReadContext } from "./context.ts";
import { pathFault } from "./path.ts";

/** Checks each value of a matcher, and its keys against each other. */
export function checkMatcher(context: ReadContext, kind: ListKind, match: object, quantified: Quantified, path: Path): void {
  const said = saidBy(kind.keys, match);
  if (quantified.quantifier === "every" && said.every(({ key }) => key.role === "selects") && hasSelectors(kind)) {
    const hint = said.length === 0 ? null : "`any` says that there is one";
    context.absent([path], "always-holds", path, "says which are meant, but not what must hold for each", { hint });
  }
  for (const { at, key, values } of said) {
    for (const [position, value] of values.entries()) {
      // A value alone stands at its key, one of several at its place in the list.
      const here = [...path, ...at, ...(values.length === 1 ? [] : [position])];
      const never = key.never?.(value) ?? null;
      if (never !== null) context.problems.error("never-holds", here, never.message, { hint: never.hint ?? null });
      if (key.names !== undefined) CHECKS[key.names](context, String(value), here);
    }
  }
  for (const { key, message } of kind.conflicts?.(match) ?? []) {
    context.problems.error("never-holds", [...path, key], message, { atKey: true });
  }
  const textsOf = (operator: string): readonly string[] | null => {
    const values = said.find(({ key }) => key.operator === operator)?.values ?? [];
    // Empty lists are reported where all matchers are read.
    return values.length === 0 ? null : values.map(String);
  };
  checkTexts(context, textsOf("contains"), textsOf("lacks"), { contains: [...path, "contains"], lacks: [...path, "lacks"] });
}

function hasSelectors({ keys }: ListKind): boolean {
  return Object.values(keys).some(({ role }) => role === "selects");
}

const CHECKS = {
  index: (context, name, path) => void checkIndex(context, name, path, { withDefault: true }),
  user: checkUserSeen,
  path(context, text, path) {
    const inside = text.replace(/^~\//, "");
    const fault = inside.startsWith("~") ? "the path begins with `~`" : pathFault(inside);
    if (fault !== null) context.problems.error("bad-path", path, fault);
  },
} satisfies Record<string, (context: ReadContext, value: string, path: Path) => void>;

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

/** The matcher of leaks with secrets named in full: `INDEX.USER`. */
export function readSecrets(context: ReadContext, match: object, path: Path): object {
  const names: readonly Scalar[] = "secret" in match && Array.isArray(match.secret) ? match.secret : [];
  if (names.length === 0) return match;
  const secret = names.map((name, position) => {
    const here = names.length === 1 ? [...path, "secret"] : [...path, "secret", position];
    const found = readUserReference(context, String(name), here);
    return found === null ? name : `${found.index}.${found.user}`;
  });
  return { ...match, secret };
}
