import { type PypiserverGate, pypiserverGates } from "../../scenario/flavour.ts";
import { compare, isVersion } from "../../scenario/version.ts";
import { normaliseProject } from "../../scenario/requirement.ts";
import { html, redirection } from "../answer.ts";
import { escapeHtml, type Link, target } from "../page.ts";
import { fallbackUrl } from "./fallback.ts";
import type { Facts, Flavour, Place, Route, Row, Behaviour } from "./flavour.ts";
import { ORDINARY } from "./flavour.ts";
import { flag } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, under } from "./path.ts";

/* Compared with pypiserver 2.4.2 over the wire (src/backend/pypiserver-parity.test.ts). ROOT is the index's path without `simple/`. */
const table: readonly Row[] = [
  { request: "GET ROOT/simple/", answer: "200, list of projects", evidence: "source" },
  { request: "GET ROOT/simple/NAME/", answer: "200, hrefs /packages/FILE#sha256=…, by version; no PEP 691", evidence: "source" },
  { request: "GET ROOT/simple/NAME, ROOT/simple/Not.Normal/, ROOT/packages", answer: "301", evidence: "source" },
  { request: "GET ROOT/simple/ABSENT/", answer: "404, or 303 to the fallback where one is set", evidence: "source" },
  { request: "GET ROOT/packages/", answer: "200, every file", evidence: "source" },
  { request: "GET ROOT/packages/FILE", answer: "200, 206, 416; no PEP 658", evidence: "source" },
  { request: "GET ROOT/NAME/", answer: "303 to ROOT/simple/NAME/", evidence: "source" },
  { request: "GET ROOT/, ROOT/NAME/, ROOT/health, other paths", answer: "200, 303, 200, 404: to anybody", evidence: "source" },
  { request: "POST ROOT/", answer: "200; duplicate 409, incomplete 400", evidence: "source" },
  { request: "what `authenticate` leaves out: list, download or update", answer: "given to anybody", evidence: "source" },
  { request: "any, without Basic credentials", answer: '401, Basic realm="pypi"', evidence: "source" },
  { request: "any, with wrong or empty credentials", answer: "403, no challenge", evidence: "source" },
  { request: "other methods than GET and HEAD", answer: "405", evidence: "source" },
];

/**
 * pypiserver. A private index has list, download and update behind authentication, a public one (pypiserver's own
 * default) update alone. Options: `fallback` (false, so that the flavour and the real server behind us agree), and
 * `authenticate`, which of the three ask for credentials.
 */
export const pypiserver: Flavour = { table, open };

function open(facts: Facts): Behaviour {
  const { index, root } = facts;
  const unauthorized = error(401, "401 Unauthorized", { "www-authenticate": 'Basic realm="pypi"' });
  const forbidden = error(403, "403 Forbidden");
  const gates = new Set(pypiserverGates(index));
  return {
    ...ORDINARY,
    owns: [{ host: null, path: root }],
    route: (place, method) => route(place, method, facts),
    gate(caller, wanted) {
      if (!gates.has(gateFor(wanted))) return null;
      // What lists or hands out nothing is not behind the gate.
      if (wanted.kind === "nothing" || (wanted.kind === "fixed" && wanted.purpose === "other")) return null;
      // Only Basic credentials are credentials to it.
      if (caller.user === null) return unauthorized;
      return caller.authState === "good" || caller.authState === "guest" ? null : forbidden;
    },
    href: (file) => `${root}packages/${encodeFilename(file.filename)}`,
    missing: (name, wanted) =>
      wanted.kind === "page" && flag(index, "fallback", false)
        ? redirection(303, fallbackUrl(name))
        : error(404, `Not Found (${name} does not exist)`),
    page: (project, links) => shell(`Links for ${project}`, `Links for ${project}`, sorted(links).map(anchor)),
    root: (projects) =>
      shell(
        "Simple Index",
        "Simple Index",
        projects.map((name) => `                <a href="${name}/">${name}</a><br>\n`),
      ),
    flat: (links) => shell("Index of packages", "Index of packages", sorted(links).map(anchor)),
    uploads: {
      stored: html(200, ""),
      duplicate: error(409, "Package already exists!"),
      "bad-hash": error(400, "unused: pypiserver does not look at the digest"),
      incomplete: error(400, "Missing 'content' file-field!"),
    },
    digests: false,
  };
}

function gateFor(wanted: Route): PypiserverGate {
  if (wanted.kind === "upload") return "update";
  return wanted.kind === "file" ? "download" : "list";
}

function route({ path }: Place, method: string, facts: Facts): Route {
  const rest = under(path, facts.root) ?? "";
  if (method === "POST") return { kind: rest === "" ? "upload" : "nothing" };
  const [first = "", second, ...more] = rest.split("/");
  const moved = (status: number, to: string): Route => ({
    kind: "fixed",
    answer: html(status, "", { location: facts.absolute(`${facts.root}${to}`) }),
    purpose: status === 301 ? "page" : "other",
  });
  switch (first) {
    case "":
      return { kind: "fixed", answer: html(200, "<html><body>Welcome to pypiserver!</body></html>\n"), purpose: "other" };
    case "favicon.ico":
      return { kind: "nothing" };
    case "health":
      return { kind: "fixed", answer: html(200, "Ok"), purpose: "other" };
    case "simple": {
      if (second === undefined) return moved(301, "simple/");
      if (second === "") return { kind: more.length === 0 ? "root" : "nothing" };
      const name = decodeSegment(second);
      if (more.length === 0) return moved(301, `simple/${second}/`);
      if (more.length > 1 || more[0] !== "") return { kind: "nothing" };
      return name === normaliseProject(name) ? { kind: "page", name } : moved(301, `simple/${normaliseProject(name)}/`);
    }
    case "packages":
      if (second === undefined) return moved(301, "packages/");
      if (second === "") return { kind: "flat" };
      return more.length === 0 ? fileRoute(second) : { kind: "nothing" };
    default:
      return second === undefined || (second === "" && more.length === 0) ? moved(303, `simple/${first}/`) : { kind: "nothing" };
  }
}

/** As bottle's error page says it, in fewer words. */
function error(status: number, text: string, headers: Record<string, string> = {}): ReturnType<typeof html> {
  return html(status, `<!DOCTYPE HTML>\n<html><body><h1>Error: ${status}</h1><pre>${escapeHtml(text)}</pre></body></html>\n`, headers);
}

function sorted(links: readonly Link[]): readonly Link[] {
  return [...links].sort((a, b) => {
    const [one, other] = [a.file.version, b.file.version];
    const order = isVersion(one) && isVersion(other) ? compare(one, other) : 0;
    return order === 0 ? (a.file.filename < b.file.filename ? -1 : 1) : order;
  });
}

function anchor(link: Link): string {
  return `            <a href="${target(link)}">${escapeHtml(link.file.filename)}</a><br>\n`;
}

/** The same bytes as pypiserver's: clients are shown no difference. */
function shell(title: string, heading: string, anchors: readonly string[]): string {
  return (
    `<!DOCTYPE html>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n` +
    `        <meta name="viewport" content="width=device-width, initial-scale=1">\n        <title>${title}</title>\n` +
    `    </head>\n    <body>\n        <h1>${heading}</h1>\n${anchors.join("")}    </body>\n</html>\n    `
  );
}
