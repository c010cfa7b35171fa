import { escapePattern } from "../../scenario/escape-pattern.ts";
import { normaliseProject } from "../../scenario/requirement.ts";
import { type Answer, html, json, plain, redirection } from "../answer.ts";
import { escapeHtml, type Link, rootPage, target } from "../page.ts";
import type { Facts, Flavour, Header, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY, usualGate } from "./flavour.ts";
import { flag } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, isFilename, lastSegment, under } from "./path.ts";

/* ROOT is /USER/INDEX. A private index stands behind a web server that asks +authcheck. */
const table: readonly Row[] = [
  {
    request: "GET ROOT/+simple/ and ROOT/+simple/NAME/",
    answer: "200, HTML or JSON 1.0 (no core metadata, sizes, times)",
    evidence: "source",
  },
  { request: "GET ROOT/+simple/NAME by an installer, or for JSON", answer: "200 at once", evidence: "source" },
  { request: "GET ROOT/+simple/NAME by a browser", answer: "302, adds the slash", evidence: "source" },
  { request: "GET ROOT/+simple/Not.Normal/, ROOT/Not.Normal", answer: "302 to ROOT/+simple/NAME/ or ROOT/NAME", evidence: "source" },
  { request: "GET ROOT/ and ROOT/NAME by an installer, slash or not", answer: "200 at once: the simple pages", evidence: "source" },
  { request: "GET ROOT/ by others", answer: "200, JSON of the index's settings; to a browser 404", evidence: "source" },
  { request: "GET ROOT/NAME by a browser", answer: "404: there is no devpi-web", evidence: "source" },
  { request: "GET ROOT/NAME by uv, knows-uv = false", answer: "200, devpi-web's page for people: no link to a file", evidence: "issues" },
  { request: "GET ROOT/+f/HASH/HASH/FILE, ROOT/+e/…/FILE", answer: "200; ranges from a web server in front alone", evidence: "source" },
  { request: "POST ROOT/", answer: "200, also for the same file again; another of that name 409, incomplete 400", evidence: "source" },
  { request: "POST ROOT/+simple/", answer: "404; older ones 200, the list of projects (knows-uv = false)", evidence: "source" },
  { request: "POST ROOT/+simple, ROOT/+simple/NAME/ by an installer", answer: "200, the page, and nothing is stored", evidence: "source" },
  { request: "POST ROOT/+simple by others", answer: "302, adds the slash", evidence: "source" },
  { request: "POST ROOT/NAME", answer: "404", evidence: "source" },
  { request: "GET, with any credentials or none, where `public`", answer: "200: devpi with no web server in front", evidence: "source" },
  { request: "GET of a page, where the upstream of a mirror fails", answer: "502: a fault with that status", evidence: "source" },
  { request: "any, without or with wrong credentials", answer: '401, Basic realm="pypi" and Location: /+login', evidence: "source" },
  { request: "GET of a file, likewise, login-page", answer: "200 with an HTML page, from a proxy in front", evidence: "issues" },
  { request: "any, as guest or without access", answer: "403", evidence: "source" },
];

/** devpi, as devpi-server 6.20.3 answers beside it in a test. Options: `login-page` (false), `knows-uv` (true). */
export const devpi: Flavour = { table, open };

const NO_VIEW = html(404, "<html><body><h1>404 Not Found</h1>The resource could not be found.</body></html>\n");
const SETTINGS = json(200, { type: "indexconfig", result: { type: "stage", bases: [], volatile: false } });
const LIST = html(200, rootPage([]));
const JSON_PAGE = "simple.v1+json";
const INSTALLER = /(^|\s)(distribute|setuptools|pip|pex|uv)\//;
const OLD_INSTALLER = /(^|\s)(distribute|setuptools|pip|pex)\//;

function open(facts: Facts): Behaviour {
  const { index, root } = facts;
  const challenge = { "www-authenticate": 'Basic realm="pypi"' };
  const refused = html(401, "<html><body>authentication required</body></html>\n", { ...challenge, location: facts.absolute("/+login") });
  const forbidden = html(403, "<html><body>package read forbidden</body></html>\n");
  const login = html(200, "<!DOCTYPE html><html><body><form>Sign in</form></body></html>\n");
  const gate = gateBy(index, usualGate(index.public ? plain(401, "401 Unauthorized\n", challenge) : refused, forbidden));
  return {
    ...ORDINARY,
    owns: [{ host: null, path: root }],
    route: (place, method, header) => route(place, method, header, facts),
    gate(caller, wanted, place, holds) {
      // By itself devpi asks nobody who reads; credentials that are wrong are as good as none.
      if (index.public && wanted.kind !== "upload") return null;
      const refusal = gate(caller, wanted, place, holds);
      return refusal === refused && wanted.kind === "file" && flag(index, "login-page", false) ? login : refusal;
    },
    href: ({ sha256, filename }) => `${root}+f/${sha256.slice(0, 3)}/${sha256.slice(3, 16)}/${encodeFilename(filename)}`,
    missing: (_, wanted) => (wanted.kind === "file" && wanted.metadata ? json(404, { message: "core-metadata is disabled" }) : NO_VIEW),
    page: (project, links) => projectPage(root.slice(1, -1), project, links),
    json: { api: "1.0", fragments: false, emptyPython: true },
    ranges: !index.public,
    uploads: {
      stored: html(200, ""),
      same: plain(200, "Upload of identical file to non volatile index."),
      duplicate: plain(409, "already exists in non-volatile index"),
      "bad-hash": html(400, "unused: devpi does not look at the digest"),
      incomplete: html(400, "content file field not found"),
    },
    digests: false,
    samples: {
      ...ORDINARY.samples,
      headers: [
        {
          name: "user-agent",
          pattern: (flag(index, "knows-uv", true) ? INSTALLER : OLD_INSTALLER).source,
          values: ["uv/0.9.5", "pip/24.0", "Mozilla/5.0"],
        },
        { name: "accept", pattern: escapePattern(JSON_PAGE), values: [`application/vnd.pypi.${JSON_PAGE}`, "text/html"] },
      ],
    },
  };
}

function route({ path }: Place, method: string, header: Header, facts: Facts): Route {
  const rest = under(path, facts.root) ?? "";
  const knowsUv = flag(facts.index, "knows-uv", true);
  // Whether the index is declared with +simple or without.
  const page = under(path, `${facts.root}+simple/`);
  const isInstaller = (knowsUv ? INSTALLER : OLD_INSTALLER).test(header("user-agent") ?? "");
  const slash = fixed(redirection(302, facts.absolute(`${path}/`)));
  if (method === "POST") {
    if (rest === "") return { kind: "upload" };
    if (page === null) return { ...fixed(NO_VIEW), toPost: true };
    if (page === "" && path.endsWith("/")) return { ...fixed(knowsUv ? NO_VIEW : LIST), toPost: true };
    return { ...(isInstaller || path.endsWith("/") ? fixed(LIST) : slash), toPost: true };
  }
  const last = lastSegment(path);
  if (rest.startsWith("+f/") || rest.startsWith("+e/")) return isFilename(last) ? fileRoute(last) : { kind: "nothing" };
  const name = decodeSegment((page ?? rest).replace(/\/$/, ""));
  const wantsJson = knowsUv && (header("accept") ?? "").includes(JSON_PAGE);
  const served = isInstaller || (wantsJson && (page !== null || name === ""));
  if (name.includes("/")) return { kind: "nothing" };
  const normal = normaliseProject(name);
  if (page === null && !served) {
    if (!knowsUv) return peoplesPage(facts, name);
    return fixed(name === "" && !(header("accept") ?? "").includes("text/html") ? SETTINGS : NO_VIEW);
  }
  if (normal !== name) {
    const there = page === null ? normal : `+simple/${normal}${path.endsWith("/") ? "/" : ""}`;
    return fixed(redirection(302, facts.absolute(facts.root + there)));
  }
  if (page !== null && !path.endsWith("/") && !served) return slash;
  return name === "" ? { kind: "root" } : { kind: "page", name };
}

function fixed(answer: Answer): Extract<Route, { kind: "fixed" }> {
  return { kind: "fixed", answer, purpose: "page" };
}

/** Of devpi-web: links to the versions' own pages. */
function peoplesPage(facts: Facts, name: string): Route {
  const title = escapeHtml(`${facts.root.slice(1)}: ${name} versions`);
  const link = `<a href="${escapeHtml(facts.absolute(`${facts.root}${encodeURIComponent(name)}/1.0.0`))}">1.0.0</a>`;
  const page = `<!doctype html><html><head><title>${title}</title></head><body><h1><a href="/">devpi</a></h1>${link}</body></html>\n`;
  return fixed(html(200, page));
}

function projectPage(stage: string, project: string, links: readonly Link[]): string {
  const title = `${stage}: links for ${escapeHtml(project)}`;
  const lines = links.map((link) => {
    const { file } = link;
    const python = ` data-requires-python="${escapeHtml(file.requiresPython ?? "")}"`;
    const yanked = file.yanked === false ? "" : ` data-yanked="${escapeHtml(file.yanked)}"`;
    return `${stage} <a href="${target(link)}"${python}${yanked}>${escapeHtml(file.filename)}</a><br>\n`;
  });
  return `<!DOCTYPE html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>\n${lines.join("")}</body></html>`;
}
