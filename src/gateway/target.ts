/** Where a request goes, as the client means it: not the address of our socket. */
export interface Target {
  readonly scheme: "http" | "https";
  /** Lower case; IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
  /** With query, as sent. */
  readonly path: string;
}

/** `HOST[:PORT]` → its parts; `null` where it is none. */
export function parseAuthority(authority: string, defaultPort: number): { host: string; port: number } | null {
  const match = /^(?:[^@/]*@)?(\[[0-9a-fA-F:.]+\]|[^:/[\]@]+)(?::(\d{1,5}))?$/.exec(authority);
  if (match === null) return null;
  const [, host = "", port] = match;
  return { host: host.toLowerCase(), port: port === undefined ? defaultPort : Number(port) };
}

/** Reads an absolute `http:` or `https:` URL without touching its path, which `new URL` would rewrite. */
export function parseUrl(url: string): Target | null {
  const match = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(url);
  if (match === null) return null;
  const [, rawScheme = "", authority = "", rest = ""] = match;
  const scheme = rawScheme.toLowerCase() === "https" ? "https" : "http";
  const origin = parseAuthority(authority, defaultPort(scheme));
  if (origin === null) return null;
  return { scheme, ...origin, path: rest.startsWith("/") ? rest : `/${rest}` };
}

export function defaultPort(scheme: "http" | "https"): number {
  return scheme === "https" ? 443 : 80;
}

/** `https://HOST[:PORT]`, the port only where it is not the scheme's own. */
export function originOf(target: Omit<Target, "path">): string {
  const port = target.port === defaultPort(target.scheme) ? "" : `:${target.port}`;
  return `${target.scheme}://${target.host}${port}`;
}

export function urlOf(target: Target): string {
  return originOf(target) + target.path;
}

/** The path without its query. */
export function pathOf(target: Target): string {
  const query = target.path.indexOf("?");
  return query < 0 ? target.path : target.path.slice(0, query);
}

/** One spelling for each path: unreserved characters decoded, other escapes in upper case (RFC 3986, 6.2.2). */
export function normalisePath(path: string): string {
  if (!path.includes("%")) return path;
  return path.replace(/%[0-9a-fA-F]{2}/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : escape.toUpperCase();
  });
}
