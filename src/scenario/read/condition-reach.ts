import { hostsOf } from "../flavour.ts";
import { isWithin } from "../../condition/key.ts";
import type { Impossible } from "../../condition/kind.ts";
import { LIST_KINDS } from "../../condition/table.ts";
import type { Authorization, Condition, FileMatcher, Index, Quantified, RequestMatcher } from "../model.ts";
import { didYouMean, type Path } from "../problem.ts";
import type { ReadContext } from "./context.ts";

/** What a run of the scenario can come to see. */
export interface World {
  /** Without `default`. */
  readonly indexes: readonly Index[];
  /** Statuses that a fault or an option may answer with, and so without `Location`. */
  readonly bareStatuses: ReadonlySet<number>;
}

/** Redirects that our indexes answer with; each has a `Location`. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Where every index is without the proxy (`--no-proxy`). */
const LOOPBACK = "127.0.0.1";

/**
 * Reports a condition that asks for what no run can show. Whatever may come, by whatever step, backend or
 * option, passes: `world` is `null` where the indexes are not known for sure.
 */
export function checkReach(context: ReadContext, world: World | null, condition: Unplaced, path: Path): void {
  if (!("match" in condition)) return;
  report(context, LIST_KINDS[condition.kind].impossible?.(condition.match) ?? null, condition, path);
  if (condition.kind === "request" || condition.kind === "final") {
    report(context, requestReach(context, world, condition.kind, condition.match), condition, path);
  } else if (condition.kind === "file") checkFileReach(context, condition.match, condition, path);
  else if (condition.kind === "leak") checkLeakReach(context, world, condition, path);
}

function requestReach(context: ReadContext, world: World | null, kind: "request" | "final", match: RequestMatcher): Impossible | null {
  return (
    (kind === "final" ? neverFinal(match, world) : null) ??
    noHost(context, match) ??
    noUrl(context, match) ??
    (world === null ? null : (elsewhere(context, match, world) ?? unknownCredentials(match, world) ?? otherHttp(match, world)))
  );
}

/** A redirect, and a HEAD that is not offered, only say where or how to ask instead: see `observation/finals.ts`. */
function neverFinal({ status, method }: RequestMatcher, world: World | null): Impossible | null {
  const headOnly = method !== undefined && method.every((one) => one === "HEAD");
  const asksAgain = (one: number): boolean =>
    (world !== null && REDIRECTS.has(one) && !world.bareStatuses.has(one)) || (headOnly && (one === 405 || one === 501));
  if (status === undefined || status.length === 0 || !status.every(asksAgain)) return null;
  return { key: "status", message: "a redirect, or a HEAD that is refused, is never final", hint: "`request` sees every answer" };
}

/** The journal writes a host in lower case, its port only where it is not the scheme's own. */
function noHost({ texts }: ReadContext, { host }: RequestMatcher): Impossible | null {
  const isHost = (text: string): boolean =>
    (!text.includes("*") || texts.includes(text)) &&
    ["http", "https"].some((scheme) => {
      const url = parsed(`${scheme}://${text}/`);
      return url !== null && [url.host, url.hostname].includes(text.toLowerCase());
    });
  if (host === undefined || host.length === 0 || host.some(isHost)) return null;
  return { key: "host", message: "is no host name", hint: "a host is written whole, as `packages.example.com`; `url` takes parts and `*`" };
}

/** The journal's URLs are absolute and without a user, and what holds `*`, which may stand for a `/`, is the pattern of a whole one. */
function noUrl(context: ReadContext, { url }: RequestMatcher): Impossible | null {
  const [first = ""] = url ?? [];
  if (url?.every((text) => /^https?:\/\/[^/?#*]*@/i.test(text) && !isInside(context, text)) === true && first !== "") {
    return { key: "url", message: "the URL of a request has no user in it", hint: "write `user` beside it" };
  }
  const isPossible = (text: string): boolean => {
    const [start = ""] = text.split("*");
    return !text.includes("*") || ["http://", "https://"].some((scheme) => scheme.startsWith(start) || start.startsWith(scheme));
  };
  if (url === undefined || url.length === 0 || url.some(isPossible)) return null;
  return { key: "url", message: "with `*` it is the pattern of a whole URL, and begins as none does", hint: `write \`*${first}\`` };
}

/** An index is asked at its own hosts only, wherever the scenario's texts point. */
function elsewhere(context: ReadContext, { index: names, host, url }: RequestMatcher, world: World): Impossible | null {
  const meant = names === undefined ? [] : declared(world, names);
  const hosts = meant.length > 0 && meant.length === names?.length ? meant.flatMap(hostsOf) : null;
  const isThere = (text: string): boolean =>
    hosts === null || [text, withoutPort(text)].includes(LOOPBACK) || hosts.includes(text.toLowerCase());
  const hint = (text: string): string | null => didYouMean(text, hosts ?? []);
  if (host !== undefined && host.length > 0 && !host.some(isThere)) {
    return { key: "host", message: "the index that is named is at no such host", hint: hint(host[0] ?? "") };
  }
  const origins = url?.map((text) => originOf(context, text)) ?? [];
  const isAsked = (origin: string | null): boolean =>
    origin === null || (isThere(origin) && (host === undefined || [origin, withoutPort(origin)].some((form) => includesHost(host, form))));
  if (origins.length === 0 || origins.some(isAsked)) return null;
  const [first = ""] = origins;
  const message = isThere(first ?? "") ? "`host` says otherwise" : "the index that is named is at no such host";
  return { key: "url", message, hint: isThere(first ?? "") ? null : hint(first ?? "") };
}

function includesHost(hosts: readonly string[], text: string): boolean {
  return hosts.some((host) => host.toLowerCase() === text.toLowerCase());
}

/** Host and port of an address in full; `null` where the text may also stand further on in a URL, or names no host in full. */
function originOf(context: ReadContext, text: string): string | null {
  const [start = "", host] = /^https?:\/\/([^/*@?#\s]+)\//i.exec(text) ?? [];
  return host === undefined || isInside(context, start) ? null : host;
}

/** Whether a text of the scenario has this within another URL, so that it may be asked for as it stands there. */
function isInside(context: ReadContext, text: string): boolean {
  return context.texts
    .split(text)
    .slice(0, -1)
    .some((before) => /[\w=/?&%]$/.test(before));
}

function declared({ indexes }: World, names: readonly string[]): Index[] {
  return indexes.filter((index) => names.includes(index.name));
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}

/** Only who holds a secret of an index can show it there: to any other index it is `unknown`. */
function unknownCredentials({ index: names, authorization }: RequestMatcher, world: World): Impossible | null {
  const meant = names === undefined ? world.indexes : declared(world, names);
  const hasUsers = meant.some((index) => index.users.length > 0);
  // GitLab alone knows the tokens of its other projects; a stale one is stale there, too.
  const isKnownElsewhere = meant.some((index) => index.flavour === "gitlab");
  const isPossible = (kind: Authorization): boolean =>
    kind === "good" ? hasUsers : kind === "stale" ? hasUsers || isKnownElsewhere : true;
  if (authorization === undefined || authorization.length === 0 || authorization.some(isPossible)) return null;
  const who = names === undefined ? "no index has users" : "the index that is named has no users";
  return { key: "authorization", message: `${who}, so no credentials are its own`, hint: "those of others are `unknown` to it" };
}

function otherHttp({ index: names, httpVersion }: RequestMatcher, world: World): Impossible | null {
  const meant = declared(world, names ?? []);
  const isOld = meant.length > 0 && meant.length === names?.length && meant.every((index) => index.http === "1.1");
  if (!isOld || httpVersion === undefined || httpVersion.length === 0 || httpVersion.some((version) => version !== "2.0")) return null;
  return { key: "http-version", message: 'the index that is named has `http = "1.1"`, and offers nothing else' };
}

/** Every path that a condition names is looked at, whether or not something is there. */
function checkFileReach(context: ReadContext, match: FileMatcher, quantified: Quantified, path: Path): void {
  const isBare = match.exists === undefined && match.contains === undefined && match.lacks === undefined;
  if (quantified.quantifier === "every" || !isBare || match.path.length === 0) return;
  const holds = holdsFor(quantified, new Set(match.path).size);
  const message = "says which file is meant, but nothing of it";
  context.absent([path], holds ? "always-holds" : "never-holds", path, message, { hint: `\`exists = true\` says that it is there` });
}

/** Without users there is no secret that could be written. */
function checkLeakReach(context: ReadContext, world: World | null, quantified: Quantified, path: Path): void {
  if (world === null || world.indexes.some((index) => index.users.length > 0)) return;
  const message = "no index has users, so there is no secret that could leak";
  context.problems.error(holdsFor(quantified, 0) ? "always-holds" : "never-holds", path, message);
}

function report(context: ReadContext, found: Impossible | null, quantified: Quantified, path: Path): void {
  if (found === null) return;
  const { key, message: why, hint = null } = found;
  const holds = holdsFor(quantified, 0);
  const message = holds ? `${why}: this always holds` : why;
  context.absent([path], holds ? "always-holds" : "never-holds", [...path, key], message, { hint });
}

/** Whether a quantifier holds where so many records match. */
function holdsFor(quantified: Quantified, matches: number): boolean {
  switch (quantified.quantifier) {
    case "none":
      return matches === 0;
    case "count":
      return matches >= quantified.count.min && matches <= quantified.count.max;
    default:
      return matches > 0;
  }
}

/** `Omit` of a union forgets which keys go together. */
export type Unplaced = Condition extends infer C ? (C extends Condition ? Omit<C, "path"> : never) : never;

/** A condition and where it stands. */
export interface PlacedCondition {
  readonly condition: Condition;
  readonly path: Path;
}

/** Reports what is asked to be there (`any`, `every`, `count`) and ruled out by a `none` of the same step. */
export function checkContradictions(context: ReadContext, placed: readonly PlacedCondition[]): void {
  for (const { condition: none, path } of placed) {
    if (!("match" in none) || none.quantifier !== "none") continue;
    const other = placed.find(
      ({ condition }) =>
        "match" in condition &&
        !holdsFor(condition, 0) &&
        isAmong(condition.kind, none.kind) &&
        isWithin(LIST_KINDS[none.kind].keys, condition.match, none.match),
    );
    if (other === undefined) continue;
    context.absent([path, other.path], "never-holds", path, `rules out what \`${other.condition.path}\` asks for`);
  }
}

/** Final answers are answers. */
function isAmong(kind: Condition["kind"], of: Condition["kind"]): boolean {
  return kind === of || (kind === "final" && of === "request");
}

function parsed(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
