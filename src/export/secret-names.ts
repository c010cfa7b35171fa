import { splitReference } from "../scenario/placeholder.ts";
import { sharedKey } from "../scenario/login.ts";
import type { Index, Scenario, User } from "../scenario/model.ts";
import { endingOf } from "../scenario/secret-ending.ts";
import type { ShellPart, ShellValues } from "./shell-text.ts";

type Kind = "good" | "stale";

interface NamedSecret {
  readonly variable: string;
  readonly kind: Kind;
  /** That of whom it was named after: the first who has it. */
  readonly name: string;
  /** What it ends with. */
  readonly ending: string;
}

/** The shell variables that hold the secrets which a script makes when it starts. */
export interface SecretNames {
  variable(kind: Kind, index: string, user: string): string;
  /** Every variable, in the order of the scenario. */
  readonly all: readonly NamedSecret[];
  /** Stale ones are made only where one is used. */
  readonly kinds: readonly Kind[];
  /** What placeholders become in the script. */
  readonly values: ShellValues;
}

/** `SECRET_private`, `STALE_private`; with the user's name where an index has several. Stale ones only where one is used, unless told otherwise. */
export function nameSecrets(scenario: Scenario, { stale = usesStale(scenario) }: { readonly stale?: boolean } = {}): SecretNames {
  const kinds = stale ? (["good", "stale"] as const) : (["good"] as const);
  const names = new Map<string, NamedSecret>();
  const taken = new Set<string>();
  for (const index of scenario.indexes) {
    for (const user of index.users) {
      for (const kind of kinds) {
        const key = keyOf(kind, index, user);
        if (names.has(key)) continue;
        const stem = [kind === "good" ? "SECRET" : "STALE", index.name, ...(index.users.length > 1 ? [user.name] : [])].join("_");
        let variable = stem.replaceAll(/[^A-Za-z0-9_]/g, "_");
        while (taken.has(variable)) variable += "_";
        taken.add(variable);
        names.set(key, { variable, kind, name: `${index.name}.${user.name}`, ending: endingOf(index, user.name) });
      }
    }
  }
  const variable = (kind: Kind, at: string, who: string): string => {
    const index = scenario.indexes.find(({ name }) => name === at);
    const user = index?.users.find(({ name }) => name === who);
    const found = index === undefined || user === undefined ? undefined : names.get(keyOf(kind, index, user));
    if (found === undefined) throw new Error(`no ${kind} secret of ${who} at ${at}`);
    return found.variable;
  };
  return { variable, kinds, all: [...names.values()], values: (name) => valueOf(name, scenario, variable) };
}

function keyOf(kind: Kind, index: Index, user: User): string {
  return JSON.stringify([kind, sharedKey({ index, user }) ?? [index.name, user.name]]);
}

/** Whether a secret that is well-formed and refused is written anywhere. */
function usesStale({ files, home, env, steps, keyring }: Scenario): boolean {
  return /\{\{\s*stale\./.test(JSON.stringify([files, home, env, steps, keyring]));
}

function valueOf(name: string, scenario: Scenario, variable: SecretNames["variable"]): readonly ShellPart[] {
  const place = PLACES[name] ?? (name === "venv" ? [code("$WORK"), text(`/project/${scenario.venv.path}`)] : null);
  if (place !== null) return place;
  const dot = name.indexOf(".");
  const kind = name.slice(0, dot);
  const found = splitReference(
    name.slice(dot + 1),
    [...scenario.indexes, scenario.defaultIndex].map((each) => each.name),
  );
  const index = [...scenario.indexes, scenario.defaultIndex].find((each) => each.name === found?.index);
  if (found === null || index === undefined) throw new Error(`no value for {{${name}}}`);
  const user = found.rest ?? index.users[0]?.name ?? "";
  const known = index.users.find((each) => each.name === user);
  const login = encodeURIComponent(known?.login ?? user);
  const address = index.withoutSlash === true ? index.url.slice(0, -1) : index.url;
  switch (kind) {
    // Secrets of a script need no encoding, save for a final `=`, which is taken either way.
    case "secret":
    case "encoded":
      return [code(`\${${variable("good", index.name, user)}}`)];
    case "stale":
      return [code(`\${${variable("stale", index.name, user)}}`)];
    case "url":
      return [text(found.rest === null ? address : withUserinfo(address, login).join(""))];
    case "login":
    case "raw-login": {
      const [before, after] = withUserinfo(address, known?.secretPlace === "user" ? "" : `${login}:`);
      // The secret stands before the `@`.
      return [text(before.slice(0, -1)), code(`\${${variable("good", index.name, user)}}`), text(`@${after}`)];
    }
    default:
      throw new Error(`no value for {{${name}}}`);
  }
}

/** The URL in two parts, the first of which ends with the user's `@`. */
function withUserinfo(url: string, userinfo: string): [string, string] {
  const start = url.indexOf("://") + 3;
  return [`${url.slice(0, start)}${userinfo}@`, url.slice(start)];
}

function code(value: string): ShellPart {
  return { kind: "code", value };
}

function text(value: string): ShellPart {
  return { kind: "text", value };
}

const PLACES: Readonly<Record<string, readonly ShellPart[]>> = {
  open: [text("{{")],
  project: [code("$WORK/project")],
  home: [code("$WORK/home")],
  cache: [code("$WORK/home/.cache/uv")],
  python: [code("${PYTHON}")],
  // As `step` sets it, without a venv.
  path: [code("$WORK/home/.local/bin:$WORK/bin")],
};
