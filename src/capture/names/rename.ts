import { escapePattern } from "../../scenario/escape-pattern.ts";
import { plainWords, VOCABULARY, WHOLE_NAMES } from "./vocabulary.ts";

/** Replaces the names of an original word by word: equal words stay equal, prefixes stay prefixes, an order stays the order. */
export interface Renamer {
  /** A name: a user, a package, an index, part of a path. */
  name(text: string): string;
  /** A host with its port, if any. */
  host(text: string): string;
  /** A URL without credentials, or the beginning of one. */
  url(text: string): string;
  /** A text in which the original's URLs and names stand among other words. */
  text(text: string): string;
  /** What stands for what, for the reporter's eyes. */
  readonly map: ReadonlyMap<string, string>;
  /** Words that were to be renamed, and stand for themselves: nobody had told of them. */
  readonly missed: ReadonlySet<string>;
}

export interface Names {
  /** Users, packages, indexes, groups, extras, variables. */
  readonly names: readonly string[];
  /** URLs without credentials. */
  readonly urls: readonly string[];
  /** Hosts without a scheme, as netrc has them. */
  readonly hosts: readonly string[];
  /** Words that are to stay. */
  readonly keep: readonly string[];
}

const WORD = /[A-Z]?[a-z]+[0-9]*|[A-Z]+(?![a-z])[0-9]*|[0-9]+/gu;
/** Numbers that tell nothing of anybody. */
const NUMBER = /^\d{1,2}$/u;
const TLDS = ["example", "test", "invalid"];
const ENDINGS = /\.(?:whl|tar\.gz|zip|metadata)$/;

export function createRenamer({ names, urls, hosts, keep }: Names): Renamer {
  const kept = new Set([...keep.flatMap(wordsOf), ...VOCABULARY]);
  const addresses = urls.filter((url) => URL.canParse(url)).map((url) => new URL(url));
  const hostnames = [...new Set([...addresses.map(({ hostname }) => hostname), ...hosts.map((host) => host.replace(/:\d+$/u, ""))])];
  const parts = [
    ...names.filter((name) => !WHOLE_NAMES.has(name)),
    ...addresses.flatMap(({ pathname }) => pathParts(pathname)),
    ...hostnames.flatMap(labelsOf),
  ];
  const words = [...new Set(parts.flatMap(wordsOf))]
    .filter((word) => !kept.has(word) && !NUMBER.test(word))
    .sort((a, b) => (a < b ? -1 : 1));
  const plain = plainWords(words.length, new Set([...words, ...hostnames]));
  const map = new Map<string, string>(words.map((word, at) => [word, /^\d+$/u.test(word) ? number(word, at) : (plain[at] ?? "")]));
  const tlds = [...new Set(hostnames.flatMap((host) => tldOf(host) ?? []))];
  const ports = [...new Set([...addresses.map(({ port }) => port), ...hosts.map((host) => /:(\d+)$/u.exec(host)?.[1] ?? "")])].filter(
    (port) => port !== "",
  );
  // Ports of our own that the original has not.
  const free = Array.from({ length: 200 }, (_, at) => String(8100 + at)).filter((port) => !ports.includes(port));
  const portMap = new Map(ports.map((port, at) => [port, free[at] ?? "8080"]));

  const missed = new Set<string>();
  const wordFor = (word: string): string => {
    const standing = map.get(word);
    if (standing === undefined && !kept.has(word) && !NUMBER.test(word)) missed.add(word);
    return standing ?? word;
  };
  const name = (text: string): string =>
    WHOLE_NAMES.has(text) ? text : text.replaceAll(WORD, (word) => inCase(word, wordFor(word.toLowerCase())));
  const host = (text: string): string => {
    const [, hostname = text, port] = /^(.*?)(?::(\d+))?$/u.exec(text) ?? [];
    const labels = hostname.split(".");
    const tld = tldOf(hostname);
    const renamed = isAddress(hostname)
      ? [...addressWords(hostname).map(wordFor), "example"]
      : labels.map((label, at) => (tld !== null && at === labels.length - 1 ? (TLDS[tlds.indexOf(tld)] ?? "example") : name(label)));
    return renamed.join(".") + (port === undefined ? "" : `:${portMap.get(port) ?? port}`);
  };
  const path = (text: string): string =>
    text
      .split("/")
      .map((part) => (ENDINGS.test(part) ? file(part) : decodedParts(part, name)))
      .join("/");
  const file = (text: string): string => {
    const [, project = "", rest = ""] = /^([A-Za-z0-9_.]+?)(-\d.*)$/u.exec(text) ?? [];
    return project === "" ? name(text) : name(project) + rest;
  };
  const url = (text: string): string => {
    const [, scheme = "", authority = "", rest = ""] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/iu.exec(text) ?? [];
    return scheme === "" ? text : scheme + host(authority) + path(rest);
  };
  return { name, host, url, map, missed, text: (text) => replaceIn(text, { url, host, name, hostnames, names: parts }) };
}

/** Words of an address in dotted numbers are told apart from other numbers. */
function labelsOf(hostname: string): string[] {
  if (isAddress(hostname)) return addressWords(hostname);
  const labels = hostname.split(".");
  return tldOf(hostname) === null ? labels : labels.slice(0, -1);
}

function tldOf(hostname: string): string | null {
  return isAddress(hostname) || !hostname.includes(".") ? null : (hostname.split(".").at(-1) ?? null);
}

function isAddress(hostname: string): boolean {
  return /^[\d.]+$/u.test(hostname) && hostname.includes(".");
}

/** As many words as it has numbers, save one: a name ends in a word that is nobody's. */
function addressWords(hostname: string): string[] {
  const [first = "", second = "", ...rest] = hostname.split(".");
  return [`ip${first}`, `ip${second}`, `ip${rest.join("0")}`];
}

export function wordsOf(text: string): string[] {
  if (/^ip\d+$/u.test(text)) return [text];
  return [...decode(text).matchAll(WORD)].map(([word]) => word.toLowerCase());
}

function pathParts(pathname: string): string[] {
  return pathname.split("/").map((part) => (ENDINGS.test(part) ? part.replace(/-\d.*$/u, "") : part));
}

/** `%2F` and the like stay where they were. */
function decodedParts(part: string, name: (text: string) => string): string {
  return part
    .split(/(%[0-9a-fA-F]{2})/u)
    .map((piece, at) => (at % 2 === 1 ? piece : name(piece)))
    .join("");
}

function decode(text: string): string {
  return text.replaceAll(/%[0-9a-fA-F]{2}/gu, " ");
}

function inCase(original: string, word: string): string {
  if (/^[A-Z]/u.test(original) && original.length > 1 && original === original.toUpperCase()) return word.toUpperCase();
  return /^[A-Z]/u.test(original) ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

/** A number of as many digits. */
function number(word: string, at: number): string {
  const made = String(10 ** (word.length - 1) + 7 * (at + 1)).slice(-word.length);
  return made === word ? String(10 ** (word.length - 1) + 7 * (at + 1) + 1).slice(-word.length) : made;
}

interface Parts {
  readonly url: (text: string) => string;
  readonly host: (text: string) => string;
  readonly name: (text: string) => string;
  readonly hostnames: readonly string[];
  readonly names: readonly string[];
}

function replaceIn(text: string, { url, host, name, hostnames, names }: Parts): string {
  const known = [...new Set(names)].filter((each) => each.length > 1 && /[A-Za-z]/u.test(each)).sort((a, b) => b.length - a.length);
  const pattern = (texts: readonly string[]): string => texts.map(escapePattern).join("|");
  const hosts = hostnames.length === 0 ? "(?!)" : `(?:${pattern([...hostnames].sort((a, b) => b.length - a.length))})(?::\\d+)?`;
  const words = known.length === 0 ? "(?!)" : pattern([...known, ...known.map((each) => each.replaceAll("-", "_"))]);
  const all = new RegExp(
    `(?<url>https?://[^\\s"'\`<>,)]+)|(?<host>(?<![\\w.-])${hosts}(?![\\w-]))|(?<name>(?<![A-Za-z0-9])(?:${words})(?![A-Za-z0-9]))`,
    "gu",
  );
  return text.replaceAll(all, (match, ...rest) => {
    const groups = rest.at(-1) as { url?: string; host?: string };
    return groups.url !== undefined ? url(match) : groups.host !== undefined ? host(match) : name(match);
  });
}
