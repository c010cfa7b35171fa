import type { Flavour, Index, User } from "../model.ts";
import { haveOneSecret } from "../login.ts";
import { splitReference } from "../placeholder.ts";
import type { ReadContext } from "./context.ts";

/** A user's secret that a URL of the file has in the user's place, with an empty password or none. */
const ALONE = /:\/\/\{\{\s*(?:secret|encoded|stale)\.([^{}\r\n]*?)\s*\}\}:?@/g;

/** Flavours whose documented rule says nothing of it: there, an index takes a secret where the file itself writes it. */
const UNDOCUMENTED: ReadonlySet<Flavour> = new Set(["simple"]);

/** Fills in where a user's secret stands, for users of whom `secret-in` says nothing. */
export function placeSecrets(context: ReadContext, indexes: readonly Index[], told: ReadonlySet<User>): Index[] {
  const names = indexes.map(({ name }) => name);
  const alone = [...context.texts.matchAll(ALONE)].flatMap(([, reference = ""]) => {
    const split = splitReference(reference, names);
    const index = indexes.find(({ name }) => name === split?.index);
    const user = index?.users.find(({ name }) => split?.rest === null || name === split?.rest);
    return index === undefined || user === undefined ? [] : [{ index, user }];
  });
  if (alone.length === 0) return [...indexes];
  return indexes.map((index) => {
    if (!UNDOCUMENTED.has(index.flavour) || index.backend !== "embedded") return index;
    const users = index.users.map((user): User => {
      const isAlone = alone.some((other) => other.user === user || haveOneSecret(other, { index, user }));
      return isAlone && !told.has(user) ? { ...user, secretPlace: "either" } : user;
    });
    return { ...index, users };
  });
}
