import { escapePattern } from "../../scenario/escape-pattern.ts";
import { html, json, redirection } from "../answer.ts";
import { escapeHtml, type Link, rootPage, target } from "../page.ts";
import type { Facts, Flavour, Header, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY, usualGate } from "./flavour.ts";
import { flag } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, isFilename, lastSegment, under } from "./path.ts";

/* ROOT is /USER/INDEX. A private index stands behind a web server that asks +authcheck. */
const table: readonly Row[] = [
  { request: "GET ROOT/+simple/ and ROOT/+simple/NAME/", answer: "200, HTML or JSON (no core metadata)", evidence: "source" },
  { request: "GET ROOT/+simple/NAME by an installer, or for JSON", answer: "200 at once", evidence: "source" },
  { request: "GET ROOT/+simple/NAME by a browser", answer: "302, adds the slash", evidence: "source" },
  { request: "GET ROOT/ and ROOT/NAME by an installer, slash or not", answer: "200 at once: the simple pages", evidence: "source" },
  { request: "GET ROOT/NAME by a browser", answer: "404: there is no devpi-web", evidence: "source" },
  { request: "GET ROOT/NAME by uv, knows-uv = false", answer: "200, devpi-web's page for people: no link to a file", evidence: "issues" },
  { request: "GET ROOT/+f/HASH/HASH/FILE, ROOT/+e/…/FILE", answer: "200", evidence: "source" },
  { request: "POST ROOT/", answer: "200, also for the same file again; another of that name 409, incomplete 400", evidence: "source" },
  { request: "POST ROOT/+simple/", answer: "404; older ones 200, the list of projects (knows-uv = false)", evidence: "source" },
  { request: "POST ROOT/+simple", answer: "302, adds the slash", evidence: "source" },
  { request: "GET, anonymous, where `public`", answer: "200: devpi with no web server in front", evidence: "source" },
  { request: "GET of a page, where the upstream of a mirror fails", answer: "502: a fault with that status", evidence: "source" },
  { request: "any, without or with wrong credentials", answer: '401, Basic realm="pypi" and Location: /+login', evidence: "source" },
  { request: "GET of a file, likewise, login-page", answer: "200 with an HTML page, from a proxy in front", evidence: "issues" },
  { request: "any, as guest or without access", answer: "403", evidence: "source" },
];

/** devpi, as devpi-server 6.20.3 answered when it was asked. Options: `login-page` (false), `knows-uv` (true). */
export const devpi: Flavour = { table, open };

const NO_VIEW = html(404, "<html><body><h1>404 Not Found</h1>The resource could not be found.</body></html>\n");
const JSON_PAGE = "simple.v1+json";
const INSTALLER = /(^|\s)(distribute|setuptools|pip|pex|uv)\//;
const OLD_INSTALLER = /(^|\s)(distribute|setuptools|pip|pex)\//;

function open(facts: Facts): Behaviour {
  const { index, root } = facts;
  const refused = html(401, "<html><body>authentication required</body></html>\n", {
    "www-authenticate": 'Basic realm="pypi"',
    location: facts.absolute("/+login"),
  });
  const forbidden = html(403, "<html><body>package read forbidden</body></html>\n");
  const login = html(200, "<!DOCTYPE html><html><body><form>Sign in</form></body></html>\n");
  const gate = gateBy(index, usualGate(refused, forbidden));
  return {
    ...ORDINARY,
    owns: [{ host: null, path: root }],
    route: (place, method, header) => route(place, method, header, facts),
    gate(caller, wanted, place, holds) {
      const refusal = gate(caller, wanted, place, holds);
      return refusal === refused && wanted.kind === "file" && flag(index, "login-page", false) ? login : refusal;
    },
    href: ({ sha256, filename }) => `${root}+f/${sha256.slice(0, 3)}/${sha256.slice(3, 16)}/${encodeFilename(filename)}`,
    missing: (name) => json(404, { message: `The project ${name} does not exist.` }),
    page: (project, links) => projectPage(root.slice(1, -1), project, links),
    uploads: {
      stored: html(200, ""),
      same: html(200, "Upload of identical file to non volatile index."),
      duplicate: html(409, "already exists in non-volatile index"),
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
  const slash = { kind: "fixed", answer: redirection(302, facts.absolute(`${path}/`)), purpose: "page" } as const;
  if (method === "POST") {
    if (rest === "") return { kind: "upload" };
    if (page !== "") return { kind: "nothing" };
    if (!path.endsWith("/")) return { ...slash, toPost: true };
    return { kind: "fixed", answer: knowsUv ? NO_VIEW : html(200, rootPage([])), purpose: "other", toPost: true };
  }
  const last = lastSegment(path);
  if (rest.startsWith("+f/") || rest.startsWith("+e/")) return isFilename(last) ? fileRoute(last) : { kind: "nothing" };
  const isInstaller = (knowsUv ? INSTALLER : OLD_INSTALLER).test(header("user-agent") ?? "");
  const name = (page ?? rest).replace(/\/$/, "");
  const wantsJson = knowsUv && (header("accept") ?? "").includes(JSON_PAGE);
  const served = isInstaller || (wantsJson && (page !== null || name === ""));
  if (name.includes("/")) return { kind: "nothing" };
  if (page === null && !served)
    return knowsUv || name === "" ? { kind: "fixed", answer: NO_VIEW, purpose: "page" } : peoplesPage(facts, name);
  if (page !== null && !path.endsWith("/") && !served) return slash;
  return name === "" ? { kind: "root" } : { kind: "page", name: decodeSegment(last) };
}

/** Of devpi-web: links to the versions' own pages. */
function peoplesPage(facts: Facts, name: string): Route {
  const title = escapeHtml(`${facts.root.slice(1)}: ${decodeSegment(name)} versions`);
  const link = `<a href="${escapeHtml(facts.absolute(`${facts.root}${name}/1.0.0`))}">1.0.0</a>`;
  const page = `<!doctype html><html><head><title>${title}</title></head><body><h1><a href="/">devpi</a></h1>${link}</body></html>\n`;
  return { kind: "fixed", answer: html(200, page), purpose: "page" };
}

function projectPage(stage: string, project: string, links: readonly Link[]): string {
  const title = `${stage}: links for ${escapeHtml(project)}`;
  const lines = links.map((link) => {
    const { file } = link;
    const python = file.requiresPython === null ? "" : ` data-requires-python="${escapeHtml(file.requiresPython)}"`;
    const yanked = file.yanked === false ? "" : ` data-yanked="${escapeHtml(file.yanked)}"`;
    return `${stage} <a href="${target(link)}"${python}${yanked}>${escapeHtml(file.filename)}</a><br>\n`;
  });
  return `<!DOCTYPE html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>\n${lines.join("")}</body></html>`;
}
