import type { User } from "../model.ts";
import type { Path } from "../problem.ts";
import type { RawIndex, RawUser } from "../schema/index-table.ts";
import type { ReadContext } from "./context.ts";

/** Reads the users of an index, a git server or a proxy. `told`: gathers those whose `secret-in` is said. */
export function readUsers(context: ReadContext, raw: RawIndex, path: Path, told: Set<User>): User[] {
  const { problems } = context;
  if (raw.user !== undefined && raw.users !== undefined) {
    problems.error("conflict", [...path, "users"], "`user` and `users` exclude each other", { atKey: true });
  }
  const users = (raw.users ?? []).map((user, position) => readUser(user, [...path, "users", position]));
  if (raw.user !== undefined) users.unshift(readUser(raw.user, [...path, "user"]));
  const seen = new Set<string>();
  for (const { user, at, key } of users) {
    if (key["secret-in"] !== undefined) told.add(user);
    const form = key["secret-form"];
    // oxlint-disable-next-line no-control-regex -- what no header and no line of a file can hold is looked for
    if (form !== undefined && (form.split("*").length !== 2 || form.length > 200 || /[\u0000-\u001f\u007f]/.test(form))) {
      const message = "`secret-form` has one `*`, at most 200 characters, and none that cannot be printed";
      problems.error("wrong-value", [...at.slice(0, -1), "secret-form"], message);
    }
    for (const only of ["login", "secret-in"] as const) {
      if (key[only] === undefined || raw.backend === undefined || raw.backend === "embedded") continue;
      const message = `\`${only}\` is not known to a real pypiserver: its users have one password, under their own name`;
      problems.error("conflict", [...at.slice(0, -1), only], message, { hint: "take the embedded backend", atKey: true });
    }
    if (user.name === "") problems.error("wrong-value", at, "a user's name is empty");
    else if (user.name.includes(":"))
      problems.error("wrong-value", at, "a user's name cannot hold `:`, which ends it in Basic authentication");
    if (seen.has(user.name)) problems.error("duplicate", at, `the index already has a user \`${user.name}\``);
    seen.add(user.name);
  }
  return users.map(({ user }) => user);
}

function readUser(raw: RawUser, at: Path): { user: User; at: Path; key: Exclude<RawUser, string> } {
  if (typeof raw === "string") return { user: { name: raw, state: "good" }, at, key: { name: raw } };
  const user: User = {
    name: raw.name,
    state: raw.state ?? "good",
    ...(raw.login === undefined ? {} : { login: raw.login }),
    ...(raw["secret-in"] === undefined || raw["secret-in"] === "password" ? {} : { secretPlace: raw["secret-in"] }),
    ...(raw["secret-form"] === undefined ? {} : { secretForm: raw["secret-form"] }),
    ...(raw.secret === "own" ? { ownSecret: true } : {}),
  };
  return { user, at: [...at, "name"], key: raw };
}
