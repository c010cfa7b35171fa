import type { Source } from "./model.ts";

/**
 * What uv's log says, message by message. From 0.6.17 to 0.13.9 the words stayed; what changed are quotes around URLs, a colon
 * before them, and which messages there are at all. `<URL>` stands for a URL in any of these spellings.
 */
const URL = "`?(?<url>https?:\\/\\/[^\\s`']+)`?";
const wording = (text: string): RegExp => new RegExp(`^(?:TRACE|DEBUG|WARN|INFO) ${text.replaceAll("<URL>", URL)}`);

export type Message =
  | { readonly kind: "sending"; readonly method: string }
  | { readonly kind: "handling"; readonly policy: string }
  | { readonly kind: "brought"; readonly what: "nothing" | "user" | "credentials" }
  | { readonly kind: "from settings"; readonly what: "user" | "credentials" }
  | { readonly kind: "refused first" | "ended"; readonly status: number }
  | { readonly kind: "accepted" | "looking" }
  | { readonly kind: "asked" | "found" | "several"; readonly source: Source }
  | { readonly kind: "retrying"; readonly from: "cache" | "user" | "found"; readonly user: string | null; readonly password: boolean }
  | { readonly kind: "redirected"; readonly to: string }
  | { readonly kind: "missing" };

type Groups = Readonly<Record<string, string | undefined>>;

interface Wording {
  readonly pattern: RegExp;
  message(groups: Groups): Message;
}

const entry = (text: string, message: (groups: Groups) => Message): Wording => ({ pattern: wording(text), message });

/** Each names the URL that it is about, save redirects. */
export const WORDINGS: readonly Wording[] = [
  entry("Sending (?:fresh|revalidation) (?<method>[A-Z]+) request for:? <URL>", ({ method = "" }) => ({ kind: "sending", method })),
  entry("Handling request for <URL> with authentication policy (?<policy>\\w+)", ({ policy = "" }) => ({ kind: "handling", policy })),
  entry("Handling request for <URL>$", () => ({ kind: "handling", policy: "" })),
  entry("Request for <URL> is unauthenticated", () => ({ kind: "brought", what: "nothing" })),
  entry("Request for <URL> is missing a password", () => ({ kind: "brought", what: "user" })),
  entry("Request for <URL> already contains", () => ({ kind: "brought", what: "credentials" })),
  entry("Request for <URL> is fully authenticated", () => ({ kind: "from settings", what: "credentials" })),
  entry("Found username for <URL> in cache", () => ({ kind: "from settings", what: "user" })),
  entry("Request for <URL> failed with (?<status>\\d{3})", ({ status }) => ({ kind: "refused first", status: Number(status) })),
  entry("Checking for credentials for:? <URL>", () => ({ kind: "looking" })),
  entry("Checking netrc for credentials for:? <URL>", () => ({ kind: "asked", source: "netrc" })),
  entry("Found credentials in netrc file for:? <URL>", () => ({ kind: "found", source: "netrc" })),
  entry("Checking text store for credentials for:? <URL>", () => ({ kind: "asked", source: "store" })),
  entry("Found credentials in plaintext store for:? <URL>", () => ({ kind: "found", source: "store" })),
  entry("Failed to get credentials from text store: Multiple credentials found for URL '?<URL>", () => ({
    kind: "several",
    source: "store",
  })),
  entry("Checking native store for credentials for (?:index )?URL `?(?:[^\\s`@]*@)?<URL>", () => ({ kind: "asked", source: "system" })),
  entry("Found credentials in native store for:? <URL>", () => ({ kind: "found", source: "system" })),
  entry("Checking keyring for credentials for (?:full URL |index URL |host )?`?(?:[^\\s`/]*@)?<URL>", () => ({
    kind: "asked",
    source: "keyring",
  })),
  entry("Found credentials in keyring for:? <URL>", () => ({ kind: "found", source: "keyring" })),
  entry("Using credentials from previous fetch for:? <URL>", () => ({ kind: "found", source: "earlier question" })),
  entry("Retrying request for <URL> with credentials from cache (?<credentials>.*)", ({ credentials = "" }) => ({
    kind: "retrying",
    from: "cache",
    ...told(credentials),
  })),
  entry("Retrying request for <URL> with username from cache (?<credentials>.*)", ({ credentials = "" }) => ({
    kind: "retrying",
    from: "user",
    ...told(credentials),
  })),
  entry("Retrying request for <URL> with (?<credentials>.*)", ({ credentials = "" }) => ({
    kind: "retrying",
    from: "found",
    ...told(credentials),
  })),
  entry("Received HTTP (?<status>\\d{3})[^.]*\\. Redirecting to:? <URL>", ({ url = "" }) => ({ kind: "redirected", to: url })),
  entry("Received response for (?:fresh|revalidation|modified) request with status (?<status>\\d{3})[^:]* for:? <URL>", ({ status }) => ({
    kind: "ended",
    status: Number(status),
  })),
  entry("Considering retry of response HTTP (?<status>\\d{3})[^:]*? for:? <URL>", ({ status }) => ({
    kind: "ended",
    status: Number(status),
  })),
  entry('.*?Status\\((?<status>\\d{3})[^)]*\\), url: "(?<url>https?:[^"]+)"', ({ status }) => ({ kind: "ended", status: Number(status) })),
  entry("Response from <URL> is storable because it has a \\S+ cacheable status code (?:200|206)", () => ({ kind: "accepted" })),
  entry("Updating cached credentials for:? <URL>", () => ({ kind: "accepted" })),
  entry("Considering retry of error: Middleware\\(Missing credentials for:? (?<url>https?:[^)\\s]+)\\)", () => ({ kind: "missing" })),
];

/** `Basic { username: Username(Some("jane")), password: Some(****) }`, in whatever it is wrapped. */
function told(credentials: string): { user: string | null; password: boolean } {
  return {
    user: /Username\(Some\("((?:[^"\\]|\\.)*)"\)\)/.exec(credentials)?.[1] ?? null,
    password: /password: Some\(|[Tt]oken/.test(credentials),
  };
}

export const RELEASE = /^DEBUG uv (\d[^\s]*)/;
export const REQUIRES = /^DEBUG Adding transitive dependency for `?([\w.-]+==[^\s:`]+)`?: `?(.+?)`?$/;
/** A line of the log; all others are what uv, and what it starts, print. */
export const LOG_LINE = /^\s*(?:TRACE|DEBUG|INFO|WARN) /;
/** Releases have rustls's own name for it, or a sentence. */
export const CERTIFICATE = /(?:InvalidCertificate\(|invalid peer certificate: )(certificate expired|certificate not valid for name|\w+)/;
export const CERTIFICATE_NAMES: Readonly<Record<string, string>> = {
  "certificate expired": "Expired",
  ExpiredContext: "Expired",
  "certificate not valid for name": "NotValidForName",
  NotValidForNameContext: "NotValidForName",
  UnsupportedSignatureAlgorithmContext: "UnsupportedSignatureAlgorithm",
};
export const CONNECTION =
  /(dns error|failed to lookup address information|Connection refused|Connection reset|operation timed out|deadline has elapsed|Network is unreachable)/i;
/** A proxy that was reached, and does not pass on; of one that was not, the words above are told as well. */
export const TUNNEL = /(tunnel error)/i;
/** An answer that ended before its end. */
export const CUT_SHORT = /error decoding response body|end of file before message length reached|request or response body error/u;
