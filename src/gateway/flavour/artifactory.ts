import { html, json } from "../answer.ts";
import type { Facts, Flavour, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY, usualGate } from "./flavour.ts";
import { flag, integer } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, isFilename, lastSegment, under } from "./path.ts";

/* ROOT is /artifactory/api/pypi/REPO, the index ROOT/simple. */
const table: readonly Row[] = [
  { request: "GET ROOT/simple/NAME/", answer: "200, hrefs ../../NAME/VERSION/FILE", evidence: "issues" },
  { request: "GET ROOT/simple/ABSENT/", answer: "404, or 403 (missing-status)", evidence: "issues" },
  { request: "GET ROOT/NAME/VERSION/FILE or ROOT/packages/packages/…/FILE", answer: "200, 206 for a range", evidence: "issues" },
  { request: "any, without or with wrong credentials", answer: '401, Basic realm="Artifactory Realm"', evidence: "issues" },
  { request: "any, with an empty user name and a token", answer: "as the token's user", evidence: "issues" },
  { request: "any, with a Bearer token", answer: "as the token's user", evidence: "unverified" },
  { request: "any, with a user name sent percent-encoded", answer: "401: `%40` is not decoded (uv#2566)", evidence: "issues" },
  { request: "any, in parallel before the first sign-in", answer: "401 now and then (uv#17485): a fault with `rate`", evidence: "issues" },
  { request: "GET, anonymous, anonymous-partial", answer: "200 with the files that everyone may see", evidence: "issues" },
  { request: "GET of a file, anonymous, anonymous-file-status", answer: "that status, as 500", evidence: "issues" },
  { request: "any, signed in but forbidden", answer: "403, or 404 (hide-unauthorized)", evidence: "issues" },
  { request: "POST ROOT", answer: "200; duplicate 403, wrong digest 409, incomplete 400", evidence: "unverified" },
  {
    request: "POST ROOT, of a file that is there, overwrite",
    answer: "200, and the new one takes its place (uv#16073)",
    evidence: "issues",
  },
];

/** Artifactory. A token may come with an empty user name. */
export const artifactory: Flavour = { table, open };

function open(facts: Facts): Behaviour {
  const { index, root } = facts;
  const refused = error(401, "Authentication is required", { "www-authenticate": 'Basic realm="Artifactory Realm"' });
  const hidden = flag(index, "hide-unauthorized", false);
  const forbidden = hidden ? error(404, "Not Found") : error(403, "Forbidden");
  const fileStatus = integer(index, "anonymous-file-status", 401);
  const gate = gateBy(index, {
    ...usualGate(refused, forbidden),
    ...(flag(index, "anonymous-partial", false) ? { anonymous: null } : {}),
  });
  return {
    ...ORDINARY,
    owns: [{ host: null, path: root }],
    bearer: true,
    accepts: (sent, user) => sent === user || sent === "",
    route: (place, method) => route(place, method, facts),
    gate(caller, wanted, place, holds) {
      const bare = caller.authState === "anonymous" && wanted.kind === "file" && index.users.length > 0 && !index.public;
      if (bare && fileStatus !== 401) return error(fileStatus, "Internal Server Error");
      return gate(caller, wanted, place, holds);
    },
    href: (file) => `../../${file.project}/${file.version}/${encodeFilename(file.filename)}`,
    missing: (name) => error(integer(index, "missing-status", 404), `${name} is not here`),
    overwrites: flag(index, "overwrite", false),
    uploads: {
      stored: html(200, ""),
      duplicate: error(403, "Not enough permissions to overwrite the artifact"),
      "bad-hash": error(409, "Checksum error"),
      incomplete: error(400, "Bad upload request"),
    },
  };
}

function route({ path }: Place, method: string, facts: Facts): Route {
  if (method === "POST") return { kind: under(path, facts.root) === "" ? "upload" : "nothing" };
  const last = lastSegment(path);
  const page = under(path, facts.path);
  if (page === "") return { kind: "root" };
  if (page !== null) return page.replace(/\/$/, "").includes("/") ? { kind: "nothing" } : { kind: "page", name: decodeSegment(last) };
  return isFilename(last) ? fileRoute(last) : { kind: "nothing" };
}

function error(status: number, message: string, headers: Record<string, string> = {}): ReturnType<typeof json> {
  return json(status, { errors: [{ status, message }] }, headers);
}
