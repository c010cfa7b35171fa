import { answer, html, json, redirection } from "../answer.ts";
import { escapeHtml, type Link, target } from "../page.ts";
import { fallbackUrl } from "./fallback.ts";
import type { Facts, Flavour, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY, usualGate } from "./flavour.ts";
import { flag } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, under } from "./path.ts";

/* ROOT is the index's path without `simple/`. */
const table: readonly Row[] = [
  { request: "GET ROOT/simple/NAME/", answer: "200, hrefs ROOT/api/package/NAME/FILE", evidence: "source" },
  { request: "GET ROOT/simple/NAME", answer: "302, adds the slash", evidence: "source" },
  { request: "GET ROOT/simple/ABSENT/", answer: "404; with fallback 302 to it, before any question of credentials", evidence: "source" },
  { request: "GET ROOT/api/package/NAME/FILE", answer: "200", evidence: "source" },
  { request: "any, without or with wrong credentials", answer: '401, Basic realm="pypi"', evidence: "source" },
  { request: "GET of a page, signed in without read", answer: "404; with fallback 302 to it", evidence: "source" },
  { request: "GET of a file, signed in without read", answer: "403", evidence: "source" },
  { request: "HEAD", answer: "403", evidence: "source" },
  { request: "POST ROOT/ or ROOT/simple/", answer: "200; duplicate 409", evidence: "source" },
  { request: "POST there, incomplete", answer: "400", evidence: "unverified" },
];

/** pypicloud. Option: `fallback` (false). */
export const pypicloud: Flavour = { table, open };

function open(facts: Facts): Behaviour {
  const { index, root } = facts;
  const fallback = flag(index, "fallback", false);
  const refused = html(401, "Unauthorized\n", { "www-authenticate": 'Basic realm="pypi"' });
  const forbidden = html(403, "Forbidden\n");
  const gate = gateBy(index, usualGate(refused, forbidden));
  const absent = (name: string) => (fallback ? redirection(302, fallbackUrl(name)) : html(404, "No packages found\n"));
  return {
    ...ORDINARY,
    owns: [{ host: null, path: root }],
    route: (place, method) => route(place, method, facts),
    gate(caller, wanted, place, holds) {
      if (wanted.kind !== "page") return gate(caller, wanted, place, holds);
      if (fallback && !holds(wanted.name)) return null;
      const refusal = gate(caller, wanted, place, holds);
      return refusal === forbidden ? absent(wanted.name) : refusal;
    },
    href: (file) => `${root}api/package/${file.project}/${encodeFilename(file.filename)}`,
    missing: (name, wanted) => (wanted.kind === "page" ? absent(name) : html(404, "Not Found\n")),
    head: () => answer(403),
    page: projectPage,
    uploads: {
      stored: json(200, {}),
      duplicate: html(409, "Package already exists\n"),
      "bad-hash": html(400, "unused: pypicloud does not look at the digest\n"),
      incomplete: html(400, "Bad Request\n"),
    },
    digests: false,
  };
}

function route({ path }: Place, method: string, facts: Facts): Route {
  const rest = under(path, facts.root) ?? "";
  const segments = rest.split("/");
  const [first, second, third, fourth] = segments;
  if (method === "POST") return { kind: ["", "simple", "simple/"].includes(rest) ? "upload" : "nothing" };
  if (first === "simple") {
    if (!path.endsWith("/")) return { kind: "fixed", answer: redirection(302, facts.absolute(`${path}/`)), purpose: "page" };
    if (second === "") return { kind: "root" };
    return segments.length === 3 ? { kind: "page", name: decodeSegment(second ?? "") } : { kind: "nothing" };
  }
  const isFile = first === "api" && second === "package" && third !== undefined && segments.length === 4;
  return isFile ? fileRoute(fourth ?? "") : { kind: "nothing" };
}

function projectPage(_: string, links: readonly Link[]): string {
  const anchors = links.map((link) => {
    const { file } = link;
    const python = file.requiresPython === null ? "" : ` data-requires-python="${escapeHtml(file.requiresPython)}"`;
    return `    <a href="${target(link)}"${python}>${escapeHtml(file.filename)}</a><br>\n`;
  });
  return `<!DOCTYPE html>\n<html>\n<head>\n  <title>Package Index</title>\n</head>\n<body>\n${anchors.join("")}</body>\n</html>\n`;
}
