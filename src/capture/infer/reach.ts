import type { UvLog } from "../uv-log/model.ts";
import type { Looked } from "../model.ts";
import { type NamedProxy, proxyTo } from "./proxy.ts";

/** Failures to connect that a scenario's host can have, by the words that uv has for them. */
const KINDS: Readonly<Record<string, string>> = {
  "dns error": "no-such-host",
  "failed to lookup address information": "no-such-host",
  "connection refused": "connection-refused",
  "operation timed out": "connect-timeout",
  "deadline has elapsed": "connect-timeout",
};

export interface OutOfReach {
  /** Kind of the fault; `login`: the proxy lets nobody pass whom it does not know. */
  readonly kind: string;
  /** What uv asked for. */
  readonly url: string;
  /** The proxy on the way there, and whether it is what could not be reached. */
  readonly proxy: NamedProxy | null;
  readonly isProxy: boolean;
}

type Looking = Pick<Looked, "variables" | "settings" | "manifests">;

/** The host that was out of reach, or the proxy on the way to it; `null` where all were reached, or it cannot be told. */
export function outOfReach(looked: Looking, log: Pick<UvLog, "failure" | "message" | "chains">): OutOfReach | null {
  const { failure, message, chains } = log;
  const refused = chains.find(({ ended }) => ended === 407);
  const url = failedUrl(log) ?? refused?.url;
  if (url === undefined) return null;
  const proxy = proxyTo(url, looked);
  const asksLogin = refused !== undefined || (failure?.what === "tunnel error" && /proxy auth|\b407\b/iu.test(message));
  if (asksLogin) return proxy === null ? null : { kind: "login", url, proxy, isProxy: true };
  if (failure?.kind !== "connection") return null;
  // A proxy that was reached says that the host was not.
  if (failure.what === "tunnel error") return proxy === null ? null : { kind: "connection-refused", url, proxy, isProxy: false };
  const kind = KINDS[failure.what];
  // Who waits for an answer has reached the host.
  if (kind === undefined || (kind === "connect-timeout" && !message.includes("(Connect)"))) return null;
  return { kind, url, proxy, isProxy: proxy !== null };
}

/** The URL of uv's last words. */
export function failedUrl({ message }: Pick<UvLog, "message">): string | undefined {
  const url = /\bhttps?:\/\/[^\s`)]+/u.exec(message)?.[0];
  return url !== undefined && URL.canParse(url) ? url : undefined;
}

/** Certificates that a scenario's index can show, by the word for what is wrong with them. */
const CERTIFICATES: Readonly<Record<string, string>> = {
  UnknownIssuer: "untrusted",
  Expired: "expired",
  NotValidForName: "wrong-name",
  CaUsedAsEndEntity: "self-signed",
  UnsupportedSignatureAlgorithm: "sha1",
  BadSignature: "sha1",
};

export interface BadCertificate {
  readonly kind: string;
  readonly url: string;
  /** It may be uv that trusts no authority: none else answered by https. */
  readonly isUntrusting: boolean;
}

/** The certificate that uv refused; `null`: none, or one of a kind that no index of a scenario shows. */
export function badCertificate(log: Pick<UvLog, "failure" | "message" | "chains">): BadCertificate | null {
  const kind = log.failure?.kind === "certificate" ? CERTIFICATES[log.failure.what] : undefined;
  const url = failedUrl(log);
  if (kind === undefined || url === undefined) return null;
  const answered = log.chains.some((chain) => chain.url.startsWith("https:") && chain.statuses.length + (chain.ended === null ? 0 : 1) > 0);
  return { kind, url, isUntrusting: kind === "untrusted" && !answered };
}
