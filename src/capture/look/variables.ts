import type { IndexSetting, MisnamedVariable, Variable } from "../model.ts";
import { hideUrlSecrets, looksLikeToken, type NameSecret } from "../secret-book.ts";
import { indexFrom } from "./settings.ts";

const CONCERNS_UV =
  /^(?:UV_|PIP_)|^(?:https?|all|no)_proxy$|^(?:SSL_CERT_(?:FILE|DIR)|SSL_CLIENT_CERT|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NETRC|VIRTUAL_ENV|CONDA_PREFIX|PYTHON_KEYRING_BACKEND)$/i;
const IS_SECRET = /(?:PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|TOKEN|SECRET|_KEY|CREDENTIALS?)$/i;
/** In place of a user there may be a token. */
const NAMES_USER = /(?:USER|USERNAME|NAME|LOGIN)$/i;
const PROXY = /proxy$/i;
const CREDENTIAL = /^UV_INDEX_(.+)_(USERNAME|PASSWORD)$/;
const NEARLY = /^UV_(?:INDEX_)?(.+?)_(USER|USERNAME|NAME|LOGIN|PASS|PASSWORD|PASSWD|PWD|TOKEN)$/;
const LISTS = { UV_INDEX: false, UV_EXTRA_INDEX_URL: false, UV_DEFAULT_INDEX: true, UV_INDEX_URL: true } as const;

/** The variables that uv, pip or TLS look at, in the order of their names. */
export function readVariables(env: Readonly<Record<string, string>>, nameSecret: NameSecret): Variable[] {
  return Object.entries(env)
    .filter(([name]) => CONCERNS_UV.test(name) && !name.startsWith("UV_MRE_"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      const isSecret = IS_SECRET.test(name) || (NAMES_USER.test(name) && looksLikeToken(value));
      if (isSecret && value !== "") return { name, value: null, secret: nameSecret(value) };
      return { name, value: PROXY.test(name) ? hideInProxy(value, nameSecret) : hideUrlSecrets(value, nameSecret), secret: null };
    });
}

/** A proxy may be named without a scheme: `jane:SECRET@proxy:3128`. */
function hideInProxy(value: string, nameSecret: NameSecret): string {
  if (value.includes("://")) return hideUrlSecrets(value, nameSecret);
  return hideUrlSecrets(`http://${value}`, nameSecret).slice("http://".length);
}

/** The indexes that variables name, in the order in which uv takes them. */
export function indexesInVariables(variables: readonly Variable[]): IndexSetting[] {
  return Object.entries(LISTS).flatMap(([name, isDefault]) => {
    const value = variables.find((variable) => variable.name === name)?.value ?? "";
    return value.split(/\s+/u).flatMap((text) => indexFrom(text, name, isDefault));
  });
}

/** What uv's variables for an index begin with. */
export function prefixOf(index: string): string {
  return `UV_INDEX_${index.toUpperCase().replaceAll(/[^A-Z0-9]/gu, "_")}`;
}

/** The variable in which uv looks for an index's user or password. */
export function variableFor(index: string, what: "USERNAME" | "PASSWORD"): string {
  return `${prefixOf(index)}_${what}`;
}

/**
 * Variables that look as if they gave an index its credentials, and that uv does not read: their words are some of an index's,
 * or an index's name is there with another ending.
 */
export function misnamedVariables(variables: readonly Variable[], indexes: readonly IndexSetting[]): MisnamedVariable[] {
  const names = [...new Set(indexes.flatMap(({ name }) => name ?? []))];
  const read = new Set(names.flatMap((name) => [variableFor(name, "USERNAME"), variableFor(name, "PASSWORD")]));
  return variables.flatMap(({ name }) => {
    const [, middle = "", ending = ""] = CREDENTIAL.exec(name) ?? NEARLY.exec(name) ?? [];
    if (middle === "" || read.has(name) || /^(?:PUBLISH|HTTP|PYTHON)/.test(middle)) return [];
    const index = names.map((each) => ({ each, shared: sharedWords(each, middle) })).sort((a, b) => b.shared - a.shared)[0];
    if (index === undefined || index.shared === 0) return [];
    const rightName = variableFor(index.each, /^(?:USER|USERNAME|NAME|LOGIN)$/.test(ending) ? "USERNAME" : "PASSWORD");
    return variables.some((other) => other.name === rightName) ? [] : [{ name, index: index.each, rightName }];
  });
}

function sharedWords(index: string, middle: string): number {
  const words = new Set(index.toUpperCase().split(/[^A-Z0-9]+/u));
  return middle.split("_").filter((word) => words.has(word)).length;
}
