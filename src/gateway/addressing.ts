import { FALLBACK_ORIGIN } from "./flavour/fallback.ts";
import { decodeSegment } from "./flavour/path.ts";
import type { Mount } from "./mount.ts";
import { defaultPort, parseAuthority, parseUrl, type Target } from "./target.ts";

/**
 * How clients reach the indexes. Behind the proxy, every URL is as the scenario declares it. At the loopback address,
 * `https://HOST/PATH` of the index X is `http://127.0.0.1:PORT/X/PATH`, and another host of the same registry
 * `/X@HOST/PATH`; the path keeps its shape, so a flavour needs not know.
 */
export interface Addressing {
  /** Says where the server listens. */
  at(address: string): void;
  urlOf(mount: Mount): string;
  /** An absolute URL or path of an index, as clients reach it; a relative one stays. */
  translate(mount: Mount, href: string): string;
  /** What a path on our own address means; `null`: nothing. */
  direct(path: string, registries: ReadonlyMap<string, { readonly mount: Mount }>): Target | null;
}

/** Nobody can declare it, so `[index.default]` answers. */
const NOWHERE: Omit<Target, "path"> = { scheme: "https", host: "default.invalid", port: 443 };

export function createAddressing(mode: "proxy" | "loopback"): Addressing {
  if (mode === "proxy") {
    return {
      at: () => {},
      urlOf: (mount) => mount.declaredUrl,
      translate: (_, href) => href,
      direct: () => null,
    };
  }
  let address = "";
  const translate: Addressing["translate"] = ({ name, origin }, href) => {
    const base = `${address}/${encodeURIComponent(name)}`;
    if (href.startsWith("/")) return base + href;
    if (href.startsWith(`${FALLBACK_ORIGIN}/`)) return `${address}/default${href.slice(FALLBACK_ORIGIN.length)}`;
    const target = parseUrl(href);
    if (target === null) return href;
    const host = target.host === origin.host ? "" : `@${target.host}`;
    const port = target.port === defaultPort(target.scheme) || target.port === origin.port ? "" : `:${target.port}`;
    return `${base}${host}${port}${target.path}`;
  };
  return {
    at(where) {
      address = where;
    },
    urlOf: (mount) => translate(mount, mount.declaredUrl.endsWith("/") ? mount.path : mount.path.slice(0, -1)),
    translate,
    direct(path, registries) {
      const match = /^\/([^/@?]+)(?:@([^/?]+))?(\/.*)?$/.exec(path);
      if (match === null) return null;
      const [, name = "", host, rest = "/"] = match;
      const mount = registries.get(decodeSegment(name))?.mount;
      if (mount === undefined) return null;
      const origin = mount.isDefault ? NOWHERE : mount.origin;
      const other = host === undefined ? null : parseAuthority(host, origin.port);
      return { ...origin, ...other, path: rest };
    },
  };
}
