import { namedProxies, type NamedProxy } from "../infer/proxy.ts";
import { outOfReach } from "../infer/reach.ts";
import { passesBy } from "../look/proxy-and-trust.ts";
import { SOMEBODY, type Material } from "./material.ts";

type Table = Record<string, unknown>;

const OWN_URL = "http://proxy.example.com:3128/";

/** The scenario's proxy, and what leads to it. */
export interface ProxyParts {
  readonly table: Table;
  readonly env: Record<string, string>;
  /** What stands for it in settings of uv's. */
  readonly way: string;
  readonly unable: readonly string[];
}

/** Where a proxy is what failed, or what told that a host did; one that passes on is not in the scenario: `null`. */
export function proxyParts(material: Material): ProxyParts | null {
  const { looked, log, renamer } = material;
  const reach = outOfReach(looked, log);
  if (reach === null || reach.proxy === null) return null;
  const { proxy, kind, isProxy } = reach;
  const named = namedProxies(looked);
  const others = named.filter(({ url }) => url !== proxy.url);
  const user = userOf(proxy, material);
  const login = kind !== "login" ? {} : { user: proxy.secret === null ? user : { name: user, state: "revoked" } };
  const way = kind === "login" && proxy.secret !== null ? "{{login.proxy}}" : "{{url.proxy}}";
  const { hostname } = new URL(proxy.url);
  // What befalls a host befalls all of it: a proxy at the host of an index has a name of its own.
  const isShared = material.indexes.some(({ place }) => new URL(place.url).hostname === hostname);
  return {
    table: {
      url: isShared || isAddress(renamer.host(hostname)) ? OWN_URL : renamer.url(proxy.url),
      ...login,
      ...(isProxy && kind !== "login" ? { faults: [{ kind }] } : {}),
    },
    env: { ...Object.fromEntries(named.filter(({ isSetting }) => !isSetting).map(({ key }) => [key, way])), ...passedBy(material) },
    way,
    unable: [
      ...(others.length === 0 ? [] : ["several proxies: a scenario has one"]),
      ...(proxy.url.startsWith("http://") ? [] : ["a proxy that is itself asked by https"]),
    ],
  };
}

function isAddress(host: string): boolean {
  return host === "localhost" || /^[\d.]+$|:/u.test(host);
}

function userOf({ user }: NamedProxy, { renamer }: Material): string {
  return user === null ? SOMEBODY : renamer.name(user);
}

/** Hosts that are asked without the proxy, of those that the scenario has. */
function passedBy({ looked, indexes, renamer }: Material): Record<string, string> {
  const variable = looked.variables.find(({ name, value }) => /^no_proxy$/iu.test(name) && value !== null && value !== "");
  if (variable === undefined) return {};
  const hosts = indexes.map(({ place }) => new URL(place.url).hostname);
  const entries = (variable.value ?? "").split(",").map((entry) => entry.trim());
  const kept = entries.flatMap((entry) => {
    if (entry === "*") return [entry];
    const name = entry.replace(/^\./u, "").toLowerCase();
    const within = hosts.filter((host) => passesBy(entry, host));
    // A domain is as many labels of the host's stand-in.
    return within.map((host) => renamer.host(host).split(".").slice(-stand(host, name)).join("."));
  });
  return kept.length === 0 ? {} : { [variable.name]: [...new Set(kept)].join(",") };
}

/** As many labels from the right as the domain has; an address is one whole. */
function stand(host: string, name: string): number {
  return host === name ? 99 : name.split(".").length;
}
