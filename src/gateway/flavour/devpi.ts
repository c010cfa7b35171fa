import { html, json, redirection } from "../answer.ts";
import { escapeHtml, type Link } from "../page.ts";
import type { Facts, Flavour, Header, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY } from "./flavour.ts";
import { flag } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, isFilename, lastSegment, under } from "./path.ts";

/* ROOT is /USER/INDEX. A private index stands behind a web server that asks +authcheck. */
const table: readonly Row[] = [
  { request: "GET ROOT/+simple/ and ROOT/+simple/NAME/", answer: "200, HTML or JSON (no core metadata)", evidence: "source" },
  { request: "GET ROOT/+simple/NAME by an installer, or for JSON", answer: "200 at once", evidence: "source" },
  { request: "GET ROOT/+simple/NAME by a browser", answer: "302, adds the slash", evidence: "source" },
  { request: "GET ROOT/+f/HASH/HASH/FILE, ROOT/+e/…/FILE", answer: "200", evidence: "source" },
  { request: "POST ROOT/", answer: "200, also for the same file again; another of that name 409, incomplete 400", evidence: "source" },
  { request: "GET, anonymous, where `public`", answer: "200: devpi with no web server in front", evidence: "source" },
  { request: "GET of a page, where the upstream of a mirror fails", answer: "502: a fault with that status", evidence: "source" },
  { request: "any, without or with wrong credentials", answer: '401, Basic realm="pypi" and Location: /+login', evidence: "source" },
  { request: "GET of a file, likewise, login-page", answer: "200 with an HTML page, from a proxy in front", evidence: "issues" },
  { request: "any, as guest or without access", answer: "403", evidence: "source" },
];

/** devpi. Option: `login-page` (false). */
export const devpi: Flavour = { table, open };

const JSON_PAGE = "simple.v1+json";
const INSTALLER = /(^|\s)(distribute|setuptools|pip|pex|uv)\//;

function open(facts: Facts): Behaviour {
  const { index, root } = facts;
  const refused = html(401, "<html><body>authentication required</body></html>\n", {
    "www-authenticate": 'Basic realm="pypi"',
    location: facts.absolute("/+login"),
  });
  const forbidden = html(403, "<html><body>package read forbidden</body></html>\n");
  const login = html(200, "<!DOCTYPE html><html><body><form>Sign in</form></body></html>\n");
  const gate = gateBy(index, {
    anonymous: refused,
    unknown: refused,
    expired: refused,
    revoked: refused,
    guest: forbidden,
    "no-access": forbidden,
    good: null,
  });
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
        { name: "user-agent", pattern: INSTALLER.source, values: ["uv/0.9.5", "Mozilla/5.0"] },
        { name: "accept", pattern: JSON_PAGE.replaceAll(/[.+]/g, "\\$&"), values: [`application/vnd.pypi.${JSON_PAGE}`, "text/html"] },
      ],
    },
  };
}

function route({ path }: Place, method: string, header: Header, facts: Facts): Route {
  const rest = under(path, facts.root) ?? "";
  if (method === "POST") return { kind: rest === "" ? "upload" : "nothing" };
  const last = lastSegment(path);
  if (rest.startsWith("+f/") || rest.startsWith("+e/")) return isFilename(last) ? fileRoute(last) : { kind: "nothing" };
  const page = under(path, facts.path);
  if (page === null) return { kind: "nothing" };
  const served = INSTALLER.test(header("user-agent") ?? "") || (header("accept") ?? "").includes(JSON_PAGE);
  if (!path.endsWith("/") && !served) {
    return { kind: "fixed", answer: redirection(302, facts.absolute(`${path}/`)), purpose: "page" };
  }
  if (page === "") return { kind: "root" };
  return page.replace(/\/$/, "").includes("/") ? { kind: "nothing" } : { kind: "page", name: decodeSegment(last) };
}

function projectPage(stage: string, project: string, links: readonly Link[]): string {
  const title = `${stage}: links for ${escapeHtml(project)}`;
  const lines = links.map(({ file, href, fragment }) => {
    const python = file.requiresPython === null ? "" : ` data-requires-python="${escapeHtml(file.requiresPython)}"`;
    const yanked = file.yanked === false ? "" : ` data-yanked="${escapeHtml(file.yanked)}"`;
    return `${stage} <a href="${href}#${fragment}"${python}${yanked}>${escapeHtml(file.filename)}</a><br>\n`;
  });
  return `<!DOCTYPE html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>\n${lines.join("")}</body></html>`;
}
