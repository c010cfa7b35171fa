import { answer, plain } from "../answer.ts";
import { escapeHtml, type Link, target } from "../page.ts";
import type { Facts, Flavour, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY } from "./flavour.ts";
import { flag } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, under } from "./path.ts";

/* ROOT is /api/packages/OWNER/pypi; a slash at the end of a path makes no difference. */
const table: readonly Row[] = [
  { request: "GET ROOT/simple/NAME", answer: "200, absolute hrefs ROOT/files/NAME/VERSION/FILE", evidence: "source" },
  { request: "GET ROOT/simple/NAME, dash-fragment", answer: "hrefs end in #sha256-HASH, from an older template", evidence: "source" },
  { request: "GET ROOT/simple", answer: "404: there is no list of projects", evidence: "source" },
  { request: "GET ROOT/simple/ABSENT", answer: "404", evidence: "source" },
  { request: "GET ROOT/files/NAME/VERSION/FILE", answer: "200", evidence: "source" },
  { request: "HEAD of anything", answer: "405: only GET is routed", evidence: "source" },
  { request: "POST ROOT", answer: "201; duplicate, wrong digest or incomplete 400", evidence: "source" },
  { request: "any, without credentials or permission", answer: '401, Basic realm="Gitea Package API"', evidence: "source" },
  { request: "any, with a token for public packages only (public-only)", answer: "403", evidence: "source" },
  { request: "any, with a token under any user name, or Bearer", answer: "as the token's user", evidence: "source" },
  { request: "any, with wrong credentials", answer: "401, no challenge", evidence: "source" },
];

/** Gitea and Forgejo. A token counts under any user name. Options: `dash-fragment` (false), `public-only` (false). */
export const gitea: Flavour = { table, open };

function open(facts: Facts): Behaviour {
  const { index, root } = facts;
  const insufficient = plain(401, "user should have specific permission or be a behaviour admin\n", {
    "www-authenticate": 'Basic realm="Gitea Package API"',
  });
  const wrong = plain(401, "");
  const hash = flag(index, "dash-fragment", false) ? "sha256-" : "sha256=";
  return {
    ...ORDINARY,
    owns: [{ host: null, path: root }],
    bearer: true,
    accepts: () => true,
    route: (place, method) => route(place, method, root),
    gate: gateBy(index, {
      anonymous: insufficient,
      unknown: wrong,
      expired: wrong,
      revoked: wrong,
      guest: insufficient,
      "no-access": insufficient,
      good: flag(index, "public-only", false) ? plain(403, "token scope is limited to public packages\n") : null,
    }),
    href: (file) => facts.absolute(`${root}files/${file.project}/${file.version}/${encodeFilename(file.filename)}`),
    fragment: (file) => `${hash}${file.sha256}`,
    missing: () => plain(404, ""),
    head: () => answer(405, { allow: "GET" }),
    page: projectPage,
    uploads: {
      stored: answer(201),
      duplicate: plain(400, "package file already exists\n"),
      "bad-hash": plain(400, "hash mismatch\n"),
      incomplete: plain(400, "invalid name or version\n"),
    },
  };
}

function route({ path }: Place, method: string, root: string): Route {
  const segments = (under(path, root) ?? "").replace(/\/$/, "").split("/");
  const [first = "", second = "", , fourth = ""] = segments;
  if (method === "POST") return { kind: first === "" ? "upload" : "nothing" };
  if (first === "simple" && segments.length === 2) return { kind: "page", name: decodeSegment(second) };
  return first === "files" && segments.length === 4 ? fileRoute(fourth) : { kind: "nothing" };
}

function projectPage(project: string, links: readonly Link[]): string {
  const anchors = links.map((link) => {
    const { file } = link;
    const python = file.requiresPython === null ? "" : ` data-requires-python="${escapeHtml(file.requiresPython)}"`;
    return `\t\t<a href="${target(link)}"${python}>${escapeHtml(file.filename)}</a><br>\n`;
  });
  const title = `Links for ${escapeHtml(project)}`;
  return `<!DOCTYPE html>\n<html>\n\t<head>\n\t\t<title>${title}</title>\n\t</head>\n\t<body>\n\t\t<h1>${title}</h1>\n${anchors.join("")}\t</body>\n</html>\n`;
}
