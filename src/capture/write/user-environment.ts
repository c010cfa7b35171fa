import type { StoredLogin, Variable } from "../model.ts";
import { indexesInVariables, prefixOf } from "../look/variables.ts";
import { serves } from "../infer/credentials.ts";
import { indexAt, secretText, urlText, type Material } from "./material.ts";

const LISTS = new Set(["UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_FIND_LINKS"]);
const BEHAVIOURS = new Set([
  "UV_KEYRING_PROVIDER",
  "UV_INDEX_STRATEGY",
  "UV_NO_CACHE",
  "UV_OFFLINE",
  "UV_LOCKED",
  "UV_FROZEN",
  "UV_NO_SYNC",
  "UV_PRERELEASE",
  "UV_RESOLUTION",
  "UV_NO_SOURCES",
  "UV_NATIVE_TLS",
  "UV_SYSTEM_CERTS",
  "UV_HTTP_RETRIES",
  "UV_HTTP_TIMEOUT",
  "UV_HTTP_CONNECT_TIMEOUT",
  "UV_NO_CONFIG",
]);

/** The logins that are for a host of the scenario, in their order. */
export function loginsFor({ looked, indexes }: Material, kind: StoredLogin["kind"]): StoredLogin[] {
  return looked.logins.filter((login) => login.kind === kind && indexes.some(({ place }) => serves(kind, login.service, place.url)));
}

export function netrcText(material: Material, logins: readonly StoredLogin[]): string {
  const { renamer } = material;
  return logins
    .map(({ service, user, secret }) => {
      const machine = service === "default" ? "default" : `machine ${renamer.host(service)}`;
      const login = user === null ? "" : ` login ${renamer.name(user)}`;
      return `${machine}${login}${secret === null ? "" : ` password ${secretText(material, service, user, secret)}`}\n`;
    })
    .join("");
}

/** uv's store as a file: \`uv auth login\` would put it into an order of its own. */
export function storeText(material: Material, logins: readonly StoredLogin[]): string {
  return logins
    .map(({ service, user, secret }) => {
      const lines = [`service = ${JSON.stringify(serviceText(material, service))}`];
      if (user !== null) lines.push(`username = ${JSON.stringify(material.renamer.name(user))}`);
      lines.push('scheme = "basic"');
      if (secret !== null) lines.push(`password = "${secretText(material, urlOfService(service), user, secret)}"`);
      return `[[credential]]\n${lines.join("\n")}\n`;
    })
    .join("\n");
}

function serviceText({ renamer }: Material, service: string): string {
  return service.includes("://") ? renamer.url(service) : renamer.url(urlOfService(service)).replace("https://", "");
}

function urlOfService(service: string): string {
  return service.includes("://") ? service : `https://${service}`;
}

/** The variables that decide what uv asks, as the scenario has them. */
export function environmentOf(material: Material, variables: readonly Variable[] = material.looked.variables): Record<string, string> {
  const { looked, renamer, places } = material;
  const env: Record<string, string> = {};
  const serviceOf = new Map<string, string>();
  for (const { settings, url } of places) for (const { name } of settings) if (name !== null) serviceOf.set(prefixOf(name), url);
  const misnamed = new Map(looked.misnamed.map((each) => [each.name, each]));
  for (const { name, value, secret } of variables) {
    const slip = misnamed.get(name);
    const [, prefix = "", ending] = /^(UV_INDEX_.+)_(USERNAME|PASSWORD)$/u.exec(slip?.rightName ?? name) ?? [];
    const service = serviceOf.get(prefix);
    if (service !== undefined && ending !== undefined) {
      env[renamer.name(name)] =
        ending === "USERNAME"
          ? secret === null
            ? renamer.name(value ?? "")
            : secretText(material, service, null, secret)
          : passwordText(material, service, prefix, ending, secret, name);
    } else if (LISTS.has(name) && value !== null) {
      env[name] = value
        .split(/\s+/u)
        .map((text) => listedText(material, text))
        .join(" ");
    } else if (BEHAVIOURS.has(name) && value !== null) env[name] = value;
  }
  return env;
}

function listedText(material: Material, text: string): string {
  const [, name, url = text] = /^([\w.-]+)=(https?:.+)$/su.exec(text) ?? [];
  return `${name === undefined ? "" : `${material.renamer.name(name)}=`}${urlText(material, url)}`;
}

function passwordText(material: Material, service: string, prefix: string, ending: string, secret: string | null, name: string): string {
  if (secret === null) return "";
  const { looked } = material;
  const partner = looked.variables.find(
    (each) => each.name === `${prefix}_USERNAME` || each.name === name.replace(new RegExp(`(?:${ending}|[A-Z]+)$`, "u"), "USERNAME"),
  );
  const misnamed = looked.misnamed.find((each) => each.rightName === `${prefix}_USERNAME`)?.name;
  const user = partner?.value ?? looked.variables.find((each) => each.name === misnamed)?.value ?? null;
  return indexAt(material, service) === null ? "no-such-secret" : secretText(material, service, user, secret);
}

/** Variables that name indexes, and do so here. */
export function listVariables({ looked }: Material): Variable[] {
  return looked.variables.filter(
    (variable) => indexesInVariables([variable]).length > 0 || (LISTS.has(variable.name) && variable.value !== null),
  );
}
