import type { Unreachable } from "../scenario/model.ts";
import type { Place } from "./flavour/flavour.ts";
import { under } from "./flavour/path.ts";
import type { Registry } from "./registry.ts";
import { defaultPort, normalisePath, originOf, pathOf, type Target } from "./target.ts";

/** Who answers a request: a declared index, or `[index.default]` where the origin is nobody's. */
export type Found =
  | { readonly kind: "declared" | "undeclared"; readonly registry: Registry; readonly place: Place }
  /** The origin is declared, this path on it is not. */
  | { readonly kind: "nowhere" };

export interface Directory {
  find(target: Target): Found;
  /** Whether an index is declared for the host, whatever the port. */
  declares(host: string): boolean;
  /** Why a host cannot be reached now; `null`: it can. One index makes it so for all that share its host. */
  unreachable(host: string): Unreachable | null;
  /** The port at which the first index of a host is; that of https where none is declared. */
  portOf(host: string): number;
  /** Names of the indexes that have a place on an origin. */
  indexesAt(origin: string): ReadonlySet<string>;
  /** Every origin with the path prefixes that indexes have on it, in the order in which they are tried. */
  places(): ReadonlyMap<string, readonly { readonly prefix: string; readonly index: string }[]>;
}

interface Entry {
  readonly registry: Registry;
  readonly host: string | null;
  readonly prefix: string;
}

/** The longest matching prefix wins; of equal ones, the index declared first. */
export function createDirectory(registries: readonly Registry[], fallback: Registry): Directory {
  const entries = new Map<string, Entry[]>();
  const hosts = new Set<string>();
  for (const registry of registries) {
    const { origin, path: own } = registry.mount;
    for (const { host, path } of [{ host: null, path: own }, ...registry.behaviour.owns]) {
      const at = host === null ? origin : { ...origin, host };
      const list = entries.get(originOf(at)) ?? [];
      list.push({ registry, host, prefix: normalisePath(path) });
      entries.set(originOf(at), list);
      hosts.add(at.host);
    }
  }
  for (const registry of registries) {
    const { linksAs } = registry.index;
    const { origin, path } = registry.mount;
    if (linksAs === null || linksAs === origin.scheme) continue;
    // Its links lead there, so it answers there: what the links keep is the port, where the URL has one.
    const port = origin.port === defaultPort(origin.scheme) ? defaultPort(linksAs) : origin.port;
    for (const place of [{ host: null, path }, ...registry.behaviour.owns.filter(({ host }) => host === null)]) {
      const key = originOf({ scheme: linksAs, host: origin.host, port });
      entries.set(key, [...(entries.get(key) ?? []), { registry, host: null, prefix: normalisePath(place.path) }]);
    }
  }
  for (const list of entries.values()) list.sort((a, b) => b.prefix.length - a.prefix.length);

  return {
    find(target) {
      const path = normalisePath(pathOf(target));
      const list = entries.get(originOf(target));
      if (list === undefined) return { kind: "undeclared", registry: fallback, place: { host: null, path } };
      const entry = list.find(({ prefix }) => under(path, prefix) !== null);
      if (entry === undefined) return { kind: "nowhere" };
      return { kind: "declared", registry: entry.registry, place: { host: entry.host, path } };
    },
    declares: (host) => hosts.has(host),
    portOf: (host) => registries.find(({ mount }) => mount.origin.host === host)?.mount.origin.port ?? 443,
    unreachable(host) {
      const here = hosts.has(host) ? registries.filter(({ mount }) => mount.origin.host === host) : [fallback];
      return here.map((registry) => registry.unreachable()).find((why) => why !== null) ?? null;
    },
    places: () =>
      new Map([...entries].map(([origin, list]) => [origin, list.map(({ prefix, registry }) => ({ prefix, index: registry.index.name }))])),
    indexesAt: (origin) => new Set(entries.get(origin)?.map(({ registry }) => registry.index.name)),
  };
}
