import { originOf } from "../look/address.ts";
import type { UvLog } from "../uv-log/model.ts";
import type { IndexSetting, Looked } from "../model.ts";

/** An index as the command met it: its address, and every setting that names it. */
export interface IndexPlace {
  /** With a slash at the end only where the setting has one. */
  readonly url: string;
  readonly settings: readonly IndexSetting[];
  /** It was asked in this run. */
  readonly asked: boolean;
}

/** The indexes that matter: those that were asked, what they redirect to, and those that share a host with one. In uv's order. */
export function placesOf(looked: Pick<Looked, "indexes">, log: UvLog, more: readonly IndexSetting[] = []): IndexPlace[] {
  const byUrl = new Map<string, IndexSetting[]>();
  for (const setting of [...looked.indexes, ...more]) {
    const key = withSlash(setting.url);
    byUrl.set(key, [...(byUrl.get(key) ?? []), setting]);
  }
  const known = [...byUrl].map(([key, settings]) => ({ key, url: settings[0]?.url ?? key, settings }));
  for (const chain of log.chains) {
    for (const target of chain.redirects) {
      if (known.some(({ key }) => target.startsWith(key))) continue;
      const url = targetIndex(
        chain.url,
        target,
        known.map(({ key }) => key),
      );
      if (url !== null) known.push({ key: url, url, settings: [] });
    }
  }
  const asked = new Set(
    log.chains
      .flatMap(({ url, redirects }) => [url, ...redirects])
      .flatMap(
        (url) =>
          keyOf(
            url,
            known.map(({ key }) => key),
          ) ?? [],
      ),
  );
  const origins = new Set([...asked].map(originOf));
  return known
    .filter(({ key }) => asked.has(key) || origins.has(originOf(key)))
    .map(({ key, url, settings }) => ({ url, settings, asked: asked.has(key) }));
}

/** Finds the index of a URL: the longest that it lies below, else the first on its host; -1: elsewhere. */
export function placeNumbers(urls: readonly string[]): (url: string) => number {
  const keys = urls.map(withSlash);
  return (url) => {
    const key = keyOf(url, keys);
    return key === null ? -1 : keys.indexOf(key);
  };
}

/** Names the place of a URL by the number of its index. */
export function placeNames(urls: readonly string[]): (url: string) => string {
  const numberOf = placeNumbers(urls);
  return (url) => placeName(numberOf(url));
}

export function placeName(at: number): string {
  return at < 0 ? "elsewhere" : `index ${at + 1}`;
}

function keyOf(url: string, keys: readonly string[]): string | null {
  if (!URL.canParse(url)) return null;
  const below = keys.filter((key) => withSlash(url).startsWith(key)).sort((a, b) => b.length - a.length)[0];
  if (below !== undefined) return below;
  const origin = originOf(url);
  return keys.find((key) => originOf(key) === origin) ?? null;
}

/** The index to which a page was sent on: what is left of the target without what the page has beyond its own index. */
function targetIndex(page: string, target: string, keys: readonly string[]): string | null {
  const own = keys.filter((key) => page.startsWith(key)).sort((a, b) => b.length - a.length)[0];
  const rest = own === undefined ? null : page.slice(own.length);
  return rest !== null && rest !== "" && target.endsWith(rest) ? target.slice(0, -rest.length) : null;
}

export function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
