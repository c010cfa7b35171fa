import { isTable } from "../scenario/schema/value.ts";
import type { StoredLogin } from "./model.ts";
import { originOf } from "./look/address.ts";
import { innerCommand } from "./write/command.ts";
import { NETRC, STORE, type Draft } from "./write/draft.ts";
import { environmentOf, listVariables, loginsFor, netrcText, storeText } from "./write/user-environment.ts";
import type { Material } from "./write/material.ts";

type Table = Record<string, unknown>;

/** One change of the scenario that may heal it. */
export interface Repair {
  readonly id: string;
  /** Subject and verb, as in "the symptom goes when …". */
  readonly words: string;
  /** An option of `[vary]`. */
  readonly piece: Table;
}

/** The single repairs that what was looked at suggests, the likeliest first. */
export function repairsOf(material: Material, { document, failing }: Draft): Repair[] {
  const steps = document["step"] as readonly Table[];
  const step = steps[failing] ?? {};
  const change = (piece: Table): Table => ({ step: { [failing]: piece } });
  const home = (file: string, text: string): Table => (text === "" ? { unset: { home: [file] } } : { home: { [file]: text } });
  const repairs: Repair[] = [];
  const add = (id: string, words: string, piece: Table): void => void repairs.push({ id, words, piece });

  if (step["venv"] === "active") add("venv-inactive", "the virtual environment is not active", change({ venv: "inactive" }));
  const inner = typeof step["run"] === "string" ? innerCommand(step["run"].split(" ")) : null;
  if (inner !== null) add("command-alone", "the inner uv runs by itself, outside of `uv run`", change({ run: inner.join(" ") }));
  for (const { name } of material.looked.misnamed.slice(0, 1)) {
    add(
      "right-name",
      `the variable has the name that uv reads, in place of ${material.renamer.name(name)}`,
      change({ env: rightlyNamed(material) }),
    );
  }
  for (const { name } of listVariables(material)) {
    const left = environmentOf(
      material,
      material.looked.variables.filter((variable) => variable.name !== name),
    );
    add(`without-${name}`, `${name} is not set`, change({ env: left }));
  }
  const [netrc, store] = [loginsFor(material, "netrc"), loginsFor(material, "store")];
  for (const [at, login] of netrc.entries())
    add("without-netrc-entry", `netrc has no entry for ${shown(material, login)}`, home(NETRC, netrcText(material, without(netrc, at))));
  if (store.length > 1) {
    for (const [at, login] of store.entries()) {
      add(
        "without-user",
        `uv's store has no login of ${material.renamer.name(login.user ?? "")}`,
        home(STORE, storeText(material, without(store, at))),
      );
    }
  }
  for (const [at, login] of store.entries()) {
    const service = login.service.includes("://") ? login.service : `https://${login.service}`;
    if (!URL.canParse(service) || new URL(service).pathname === "/") continue;
    const forHost = store.map((each, other) => (other === at ? { ...each, service: originOf(service) } : each));
    add("login-for-host", "the login is stored for the host in place of the index", home(STORE, storeText(material, forHost)));
  }
  repairs.push(...ofProxy(document, failing), ...ofIndexes(document, failing));
  if (isTable(document["keyring"]) && document["keyring"]["answers"] !== undefined)
    add("keyring-entry", "keyring has an entry for the user", { unset: { keyring: ["answers"] } });
  if (step["tls"] === "none") add("trusted-ca", "the certificate authority of the index is trusted", change({ tls: "file" }));
  const good = withGoodSecrets(document, failing);
  if (good !== null) add("good-secret", "the secret that was refused is replaced by a good one", good);
  if (failing > 0 && steps.length > 1)
    add("without-lock", "there is no lock file", change({ delete: [...((step["delete"] as string[] | undefined) ?? []), "uv.lock"] }));
  return repairs;
}

function without(logins: readonly StoredLogin[], at: number): StoredLogin[] {
  return logins.filter((_, other) => other !== at);
}

function shown({ renamer }: Material, { service, user }: StoredLogin): string {
  return `${service === "default" ? "any host" : renamer.host(service)}${user === null ? "" : ` (${renamer.name(user)})`}`;
}

function rightlyNamed(material: Material): Record<string, string> {
  const slips = new Map(
    material.looked.misnamed.map(({ name, rightName }) => [material.renamer.name(name), material.renamer.name(rightName)]),
  );
  return Object.fromEntries(Object.entries(environmentOf(material)).map(([name, value]) => [slips.get(name) ?? name, value]));
}

function stepOf(document: Table, failing: number): Table {
  return (document["step"] as readonly Table[])[failing] ?? {};
}

/** A value with another text wherever one stands in it. */
function replaced(value: unknown, from: string, to: string): unknown {
  return JSON.parse(JSON.stringify(value ?? {}).replaceAll(from, to));
}

/** The proxy is there, or lets who asks pass. */
function ofProxy(document: Table, failing: number): Repair[] {
  const proxy = document["proxy"];
  if (!isTable(proxy)) return [];
  if (proxy["faults"] !== undefined)
    return [{ id: "proxy-reachable", words: "the proxy can be reached", piece: { unset: { proxy: ["faults"] } } }];
  const { user } = proxy;
  if (user === undefined) return [];
  const heal = (value: unknown): unknown => replaced(value, "{{url.proxy}}", "{{login.proxy}}");
  const step = stepOf(document, failing);
  const parts = Object.fromEntries(["home", "files"].flatMap((key) => (document[key] === undefined ? [] : [[key, heal(document[key])]])));
  const known = { proxy: { user: isTable(user) ? user["name"] : user } };
  return [
    {
      id: "proxy-login",
      words: "the proxy gets a good login",
      piece: { ...known, ...parts, step: { [failing]: { env: heal(step["env"]) } } },
    },
  ];
}

/** Repairs on the registry's side, and of an index's address. */
function ofIndexes(document: Table, failing: number): Repair[] {
  const step = stepOf(document, failing);
  const indexes = document["index"] as Record<string, Table>;
  const files = document["files"] as Record<string, string>;
  return Object.entries(indexes).flatMap(([name, table]): Repair[] => {
    const redirect = table["redirect"] as { to?: string } | undefined;
    const target = redirect?.to === undefined ? undefined : indexes[redirect.to]?.["url"];
    const found: Repair[] = [];
    if (typeof target === "string" && typeof table["url"] === "string") {
      const moved = Object.entries(files).map(([file, text]) => [file, text.replaceAll(String(table["url"]), target)]);
      // Its users' secrets are those of the other host.
      const env = replaced(step["env"], `{{secret.${name}.`, `{{secret.${redirect?.to ?? ""}.`);
      const piece = { files: Object.fromEntries(moved) as Table, step: { [failing]: { env } } };
      found.push({ id: "index-at-target", words: `index ${name} is named by the address that it redirects to`, piece });
    }
    if (table["faults"] !== undefined) {
      const faults = table["faults"] as { kind: string; status?: number; for?: string }[];
      const isAway = faults.some(({ kind }) => kind !== "status" && kind !== "truncate");
      const isForbidden = faults.every(({ status, for: part }) => status === 403 && part === "pages");
      const [id, words] = isAway
        ? ["host-reachable", `the host of ${name === "default" ? "PyPI" : `index ${name}`} can be reached`]
        : isForbidden
          ? ["package-allowed", `index ${name} gives the package to this user`]
          : ["index-in-order", `index ${name} answers as it should`];
      found.push({ id, words, piece: { unset: { index: { [name]: ["faults"] } } } });
    }
    if (table["certificate"] !== undefined)
      found.push({
        id: "certificate-in-order",
        words: `index ${name} shows a certificate that is in order`,
        piece: { unset: { index: { [name]: ["certificate"] } } },
      });
    return found;
  });
}

/** The same scenario with good secrets wherever stale ones stand; \`null\` where none does. */
function withGoodSecrets(document: Table, failing: number): Table | null {
  const heal = (value: unknown): unknown => replaced(value, "{{stale.", "{{secret.");
  const step = stepOf(document, failing);
  const parts = { home: document["home"], files: document["files"], env: step["env"], run: step["run"] };
  const stale = Object.entries(parts).filter(([, value]) => JSON.stringify(value ?? {}).includes("{{stale."));
  if (stale.length === 0) return null;
  const piece: Table = {};
  const changed: Table = {};
  for (const [key, value] of stale) (key === "home" || key === "files" ? piece : changed)[key] = heal(value);
  return Object.keys(changed).length === 0 ? piece : { ...piece, step: { [failing]: changed } };
}
