import type { Reply } from "../../../gateway/askable-gateway.ts";
import { NAME } from "../../../gateway/flavour/row-address.ts";
import { normalisePath, parseUrl } from "../../../gateway/target.ts";
import type { Index, Scenario } from "../../../scenario/model.ts";
import { splitReference } from "../../../scenario/placeholder.ts";

/** Both with and without a slash at the end. */
export function slashed(url: string): string[] {
  const bare = url.replace(/\/$/, "");
  return /^https?:\/\/[^/]+$/.test(bare) ? [`${bare}/`] : [`${bare}/`, bare];
}

/** The URL without query, in one spelling; `null` where it is none. */
export function addressOf(url: string): { readonly origin: string; readonly path: string } | null {
  const target = parseUrl(url);
  if (target === null || !URL.canParse(url)) return null;
  return { origin: new URL(url).origin, path: normalisePath(target.path.replace(/\?.*$/s, "")) };
}

/** What an index is asked to begin with: its own addresses, and those of projects. */
export function startingAddresses(index: Index, samples: readonly string[], projects: readonly string[]): string[] {
  const { origin, pathname } = new URL(index.url);
  const paths = [pathname, ...samples, `${pathname.replace(/\/?$/, "/")}${NAME}/`];
  const urls = paths.flatMap((path) => slashed(`${origin}${path}`));
  return [...new Set(urls.flatMap((url) => (url.includes(NAME) ? [url, ...projects.map((name) => url.replaceAll(NAME, name))] : [url])))];
}

/** Where an answer sends who asked. */
export function locationIn(url: string, { answer }: Reply): string[] {
  const { location } = answer.headers;
  return typeof location === "string" ? resolved(url, [location]) : [];
}

/** Where an answer leads to, its links included. */
export function linksIn(url: string, reply: Reply): string[] {
  const { answer } = reply;
  const body = answer.body.kind === "text" ? answer.body.text : "";
  const written = [
    ...[...body.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&").replaceAll("&#39;", "'")),
    ...[...body.matchAll(/"url":"([^"]*)"/g)].map(([, href = ""]) => href),
  ];
  return [...locationIn(url, reply), ...resolved(url, written)];
}

function resolved(url: string, written: readonly string[]): string[] {
  const found = written.flatMap((each) => (URL.canParse(each, url) ? [new URL(each, url).href.replace(/[?#].*$/s, "")] : []));
  const bare = found.map((each) => each.replace(/^(https?:\/\/)[^/@]*@/, "$1"));
  return bare.flatMap((each) => (each.endsWith(".whl") ? [each, `${each}.metadata`] : [each]));
}

/** Every URL that stands in a scenario's texts: what a step may ask for. */
export function addressesInTexts(scenario: Scenario): string[] {
  const { files, home, env, steps, keyring, indexes } = scenario;
  const names = indexes.map(({ name }) => name);
  const text = JSON.stringify([files, home, env, steps, keyring]).replaceAll(
    /\{\{\s*(?:url|login|raw-login)\.([^{}]*?)\s*\}\}/g,
    (whole, reference: string) => {
      const split = splitReference(reference, names);
      return indexes.find(({ name }) => name === split?.index)?.url ?? whole;
    },
  );
  const urls = text.match(/https?:\/\/[^\s"'\\<>{}[\](),;]+/g) ?? [];
  return [...new Set(urls.map((url) => url.replace(/^(https?:\/\/)[^/]*@/, "$1").replace(/[?#].*$/s, "")))];
}
