import { filesHost } from "../flavour.ts";
import type { Index } from "../model.ts";
import { editDistance } from "../nearest.ts";
import type { Path } from "../problem.ts";
import type { RawScenario } from "../schema/file.ts";
import type { ReadContext } from "./context.ts";
import { textsOf } from "./raw-text.ts";

/** Whatever looks like a host, with or without a scheme: `machine HOST` in netrc, `uv auth login HOST`. */
const HOST = /(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?![\w-])/gi;
const ADDRESS = /https?:\/\/(?:[^\s/@"'<>]*@)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?(?![\w.:@-])/gi;

/**
 * Warns of a host that is nearly an index's, and of an index's host with another port: no index is there, so what stands for
 * PyPI would answer. Either may be the point of a scenario, so it is no error. Each is told once, where it first stands.
 */
export function warnOfNearHosts(context: ReadContext, raw: RawScenario, indexes: readonly Index[]): void {
  const addresses = new Set(indexes.flatMap(addressesOf));
  const hosts = new Set([...addresses].map(withoutPort));
  const told = new Set<string>();
  const warn = (path: Path, host: string, find: string, meant: string): void => {
    if (told.has(host)) return;
    told.add(host);
    context.problems.warning("suspicious", path, `no index is at \`${host}\``, { hint: `did you mean \`${meant}\`?`, find });
  };
  for (const { path, text } of textsOf(raw)) {
    for (const [find] of text.matchAll(HOST)) {
      const host = find.toLowerCase();
      const meant = hosts.has(host) || told.has(host) ? undefined : [...hosts].find((other) => isSlip(host, other));
      if (meant !== undefined) warn(path, host, find, meant);
    }
    for (const [find] of text.matchAll(ADDRESS)) {
      const url = URL.canParse(find) ? new URL(find) : null;
      const meant =
        url === null || addresses.has(url.host) ? undefined : [...addresses].find((other) => withoutPort(other) === url.hostname);
      if (url !== null && meant !== undefined) warn(path, url.host, find, meant);
    }
  }
}

/** Where an index answers, and where it sends those who ask: host and port, the port only where it is not the scheme's own. */
function addressesOf(index: Index): string[] {
  const { host } = new URL(index.url);
  const elsewhere = index.redirects.flatMap(({ to }) => (URL.canParse(to) ? [new URL(to).host] : []));
  return [host, filesHost(index, host), ...elsewhere].filter((address) => address !== null);
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}

/**
 * Whether a host is another one with a slip of the finger: one letter or dot too few, too many or another, or two
 * neighbours swapped. More is another's name (`github.com`, `gitlab.com`), and short words (`a`, `b`) and numbers
 * (`mirror2`) tell hosts apart on purpose.
 */
function isSlip(host: string, other: string): boolean {
  if (Math.abs(host.length - other.length) > 1 || unnumbered(host) === unnumbered(other) || editDistance(host, other) !== 1) return false;
  const [words, others] = [host.split("."), other.split(".")];
  if (words.length !== others.length) return true;
  const differing = words.flatMap((word, position) => (word === others[position] ? [] : [[word, others[position] ?? ""]]));
  return differing.length === 1 && differing.flat().every((word) => word.length >= SHORT);
}

/** Letters of a word that may be a slip of another. */
const SHORT = 4;

function unnumbered(host: string): string {
  return host.replace(/\d+/g, "");
}
