import type { Looked } from "../model.ts";

/** How uv gets to a URL, or why we cannot go the same way. */
export type Connection =
  | { readonly kind: "open"; readonly proxy: string | null; readonly trust: Trust }
  | { readonly kind: "closed"; readonly why: string };

/** Which certificate authorities uv trusts: those of a file alone, the system's, or the public ones that it brings. */
export type Trust = { readonly kind: "file"; readonly path: string } | { readonly kind: "system" | "bundled" };

const PROXY_KEYS = /^(?:https?|all|no)-proxy\s*=/mu;
const INSECURE = /^allow-insecure-host\s*=|^trusted-host\s*=/mu;
const SYSTEM_TRUST = /^(?:native-tls|system-certs)\s*=\s*true\b/mu;

type Asking = Pick<Looked, "variables" | "settings" | "manifests">;

/** The way to a URL by uv's variables, options and settings. What cannot be done as uv does it is not tried. */
export function connectionTo(url: string, looked: Asking, argv: readonly string[]): Connection {
  const closed = (why: string): Connection => ({ kind: "closed", why });
  if (textsOf(looked).some((text) => PROXY_KEYS.test(text))) return closed("a proxy in uv's settings");
  const proxy = proxyFor(url, (names) => valueOf(looked, names));
  if (proxy.kind === "closed") return proxy;
  if (proxy.url !== null && hasLogin(proxy.url)) return closed("a proxy that asks for a login");
  const open = (trust: Trust): Connection => ({ kind: "open", proxy: proxy.url, trust });
  if (!url.startsWith("https:")) return open({ kind: "bundled" });
  const odd = oddTls(looked, argv);
  if (odd !== null) return closed(odd);
  if (valueOf(looked, ["SSL_CERT_DIR"]) !== null) return closed("SSL_CERT_DIR, which not every release of uv reads");
  return open(trustOf(looked, argv));
}

/** Which authorities uv trusts by its variables, options and settings, those of `SSL_CERT_DIR` aside. */
export function trustOf(looked: Asking, argv: readonly string[]): Trust {
  const file = valueOf(looked, ["SSL_CERT_FILE"]);
  if (file !== null) return { kind: "file", path: file };
  const isSystem =
    argv.some((word) => word === "--native-tls" || word === "--system-certs") ||
    ["UV_NATIVE_TLS", "UV_SYSTEM_CERTS"].some((name) => /^(?:1|true|yes|on|t|y)$/iu.test(valueOf(looked, [name]) ?? "")) ||
    textsOf(looked).some((text) => SYSTEM_TRUST.test(text));
  return { kind: isSystem ? "system" : "bundled" };
}

function textsOf({ settings, manifests }: Asking): string[] {
  return [...settings.filter(({ read }) => read), ...manifests].map(({ text }) => text);
}

/** Why uv shows a certificate of its own, or checks none, on the way to any host; `null`: neither. */
export function oddTls(looked: Asking, argv: readonly string[]): string | null {
  const has = (name: string): boolean => valueOf(looked, [name]) !== null;
  if (has("SSL_CLIENT_CERT")) return "a client certificate (SSL_CLIENT_CERT), which is a credential";
  const isInsecure =
    has("UV_INSECURE_HOST") ||
    argv.some((word) => /^--(?:allow-insecure|trusted)-host\b/u.test(word)) ||
    textsOf(looked).some((text) => INSECURE.test(text));
  return isInsecure ? "hosts whose certificates uv does not check (allow-insecure-host)" : null;
}

/** The first of these variables that has a value. */
export type ReadVariable = (names: readonly string[]) => string | null;

/** The proxy that the variables name for a URL, as uv's HTTP client reads them. */
export function proxyFor(
  url: string,
  read: ReadVariable,
): { readonly kind: "open"; readonly url: string | null } | (Connection & { readonly kind: "closed" }) {
  const { protocol, hostname } = new URL(url);
  const own = protocol === "https:" ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"];
  const value = read(own) ?? read(["ALL_PROXY", "all_proxy"]);
  if (value === null) return { kind: "open", url: null };
  const entries = (read(["NO_PROXY", "no_proxy"]) ?? "").split(",").map((entry) => entry.trim());
  const host = hostname.replace(/^\[|\]$/gu, "");
  if (entries.some((entry) => passesBy(entry, host))) return { kind: "open", url: null };
  const isAddress = /^[\d.]+$|:/u.test(host);
  if (isAddress && entries.some((entry) => entry.includes("/"))) return { kind: "closed", why: "a range of addresses in NO_PROXY" };
  const full = value.includes("://") ? value : `http://${value}`;
  if (!/^https?:/iu.test(full)) return { kind: "closed", why: "a proxy that speaks no HTTP" };
  return { kind: "open", url: full };
}

function hasLogin(proxy: string): boolean {
  return /^[^/]+\/\/[^/]*@/u.test(proxy);
}

/** A domain is meant with all below it. */
export function passesBy(entry: string, host: string): boolean {
  const name = entry.replace(/^\./u, "").toLowerCase();
  return entry === "*" || (name !== "" && (host === name || host.endsWith(`.${name}`)));
}

function valueOf({ variables }: Asking, names: readonly string[]): string | null {
  const value = names.flatMap((name) => variables.find((each) => each.name === name)?.value ?? [])[0];
  return value === undefined || value === "" ? null : value;
}

/** The way in words, for the reporter's eyes. */
export function connectionWords({ proxy, trust }: Connection & { readonly kind: "open" }, url: string): string {
  const through = proxy === null ? "" : `, through the proxy ${proxy}`;
  if (!url.startsWith("https:")) return through;
  return `${through}, trusting ${trust.kind === "file" ? trust.path : trust.kind === "system" ? "the system's authorities" : "the public authorities"}`;
}
