import { parse } from "smol-toml";
import { isTable, toolUv } from "../../scenario/schema/value.ts";
import { addressOf } from "../look/address.ts";
import { passesBy } from "../look/proxy-and-trust.ts";
import type { Address, Looked } from "../model.ts";

/** A proxy that a variable or a setting names. */
export interface NamedProxy extends Address {
  /** `HTTPS_PROXY`, `https-proxy`. */
  readonly key: string;
  readonly isSetting: boolean;
}

type Naming = Pick<Looked, "variables" | "settings" | "manifests">;

/** All proxies that uv reads of; those of settings first, since they count for more. */
export function namedProxies({ variables, settings, manifests }: Naming): NamedProxy[] {
  const tables = [
    ...manifests.map(({ text }) => toolUv(parse(text))),
    ...settings.filter(({ read }) => read).map(({ text }) => parse(text)),
  ].filter(isTable);
  const set = tables.flatMap((table) =>
    ["http-proxy", "https-proxy"].flatMap((key) => proxyOf(key, typeof table[key] === "string" ? table[key] : "", true)),
  );
  return [
    ...set,
    ...variables.flatMap(({ name, value }) => (/^(?:https?|all)_proxy$/iu.test(name) ? proxyOf(name, value ?? "", false) : [])),
  ];
}

/** A proxy may be named without a scheme. */
function proxyOf(key: string, text: string, isSetting: boolean): NamedProxy[] {
  const address = addressOf(text.includes("://") ? text : `http://${text}`);
  return text === "" || address === null ? [] : [{ ...address, url: new URL(address.url).href, key, isSetting }];
}

/** The proxy through which uv asks for a URL; `null`: none. */
export function proxyTo(url: string, looked: Naming): NamedProxy | null {
  const { protocol, hostname } = new URL(url);
  const scheme = protocol.slice(0, -1);
  const named = namedProxies(looked);
  const set = named.find(({ key }) => key === `${scheme}-proxy`);
  if (set !== undefined) return set;
  const entries = looked.variables.find(({ name, value }) => /^no_proxy$/iu.test(name) && value !== "")?.value ?? "";
  if (entries.split(",").some((entry) => passesBy(entry.trim(), hostname))) return null;
  const byKey = (key: string): NamedProxy | undefined => named.find((each) => each.key.toLowerCase() === key);
  return byKey(`${scheme}_proxy`) ?? byKey("all_proxy") ?? null;
}
