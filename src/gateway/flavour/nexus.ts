import { answer, html } from "../answer.ts";
import type { Facts, Flavour, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY, usualGate } from "./flavour.ts";
import { integer } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, isFilename, lastSegment, under } from "./path.ts";

/* ROOT is /repository/REPOSITORY. */
const table: readonly Row[] = [
  { request: "GET ROOT/simple/NAME/", answer: "200, hrefs ../../packages/NAME/VERSION/FILE", evidence: "issues" },
  { request: "GET ROOT/simple/ABSENT/", answer: "404", evidence: "issues" },
  { request: "GET ROOT/packages/NAME/VERSION/FILE", answer: "200, no PEP 658", evidence: "issues" },
  {
    request: "GET of what `visible-to` hides, blocked-status",
    answer: "that status, as 401 or 403; a page that has other files lists it all the same",
    evidence: "issues",
  },
  { request: "any, without or with wrong credentials", answer: '401, BASIC realm="Sonatype Nexus Repository Manager"', evidence: "issues" },
  { request: "any, with a password under another user name than its own", answer: "401", evidence: "unverified" },
  { request: "any, as guest or without access", answer: "403", evidence: "unverified" },
  { request: "POST ROOT/", answer: "201; wrong digest or incomplete 400", evidence: "unverified" },
  { request: "POST ROOT/, of a file that is there", answer: "400, HTML: Repository does not allow updating assets", evidence: "issues" },
];

/** Sonatype Nexus Repository. Option: `blocked-status` (404). */
export const nexus: Flavour = { table, open };

function open(facts: Facts): Behaviour {
  const { index, root } = facts;
  const refused = answer(401, { "www-authenticate": 'BASIC realm="Sonatype Nexus Repository Manager"' });
  const forbidden = html(403, "Forbidden");
  const status = integer(index, "blocked-status", 404);
  const blocked = status === 401 ? refused : html(status, "Blocked");
  return {
    ...ORDINARY,
    owns: [{ host: null, path: root }],
    route: (place, method) => route(place, method, facts),
    gate: gateBy(index, usualGate(refused, forbidden)),
    href: (file) => `../../packages/${file.project}/${file.version}/${encodeFilename(file.filename)}`,
    listsHidden: index.options["blocked-status"] !== undefined,
    missing: (_, __, hidden) => (hidden ? blocked : html(404, "Not Found")),
    uploads: {
      stored: answer(201),
      duplicate: html(
        400,
        "<!doctype html>\n<title>400 - Nexus Repository Manager</title>\nRepository does not allow updating assets: pypi-local\n",
      ),
      "bad-hash": html(400, "The digest does not match"),
      incomplete: html(400, "Bad Request"),
    },
  };
}

function route({ path }: Place, method: string, facts: Facts): Route {
  const rest = under(path, facts.root) ?? "";
  if (method === "POST") return { kind: rest === "" ? "upload" : "nothing" };
  const last = lastSegment(path);
  if (rest.startsWith("packages/")) return isFilename(last) ? fileRoute(last) : { kind: "nothing" };
  const page = under(path, facts.path);
  if (page === "") return { kind: "root" };
  return page === null ? { kind: "nothing" } : { kind: "page", name: decodeSegment(page.replace(/\/$/, "")) };
}
