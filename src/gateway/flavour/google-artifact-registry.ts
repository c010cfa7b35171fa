import { answer, plain, redirection } from "../answer.ts";
import type { Facts, Flavour, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY } from "./flavour.ts";
import { decodeSegment, encodeFilename, fileRoute, under } from "./path.ts";

/* ROOT is /PROJECT/REPOSITORY. */
const table: readonly Row[] = [
  { request: "GET ROOT/simple/NAME/", answer: "200, hrefs to the sibling ROOT/NAME/FILE; 404 where absent", evidence: "issues" },
  { request: "GET ROOT/NAME/FILE", answer: "307, Location a path: /artifacts-downloads/…", evidence: "issues" },
  { request: "GET /artifacts-downloads/…", answer: "200, 206 for a range", evidence: "issues" },
  { request: "HEAD of a file", answer: "200 without Accept-Ranges", evidence: "issues" },
  { request: "any, without or with refused credentials", answer: "401", evidence: "issues" },
  { request: "any, with a key in base64 under _json_key_base64", answer: "200; the key ends in `=` (uv#2822)", evidence: "issues" },
  { request: "any, with a token under oauth2accesstoken or its own name", answer: "as the token's user", evidence: "source" },
  { request: "any, with a Bearer token", answer: "200", evidence: "unverified" },
  { request: "any, without permission, as with another repository's key (uv#11244)", answer: "403, empty body", evidence: "issues" },
  { request: "POST ROOT/", answer: "200; duplicate, wrong digest or incomplete 400", evidence: "unverified" },
];

/** Google Artifact Registry; the user is `oauth2accesstoken` or `_json_key_base64`, taken literally. */
export const googleArtifactRegistry: Flavour = { table, open };

function open(facts: Facts): Behaviour {
  const { index, root } = facts;
  const refused = plain(401, "Unauthenticated\n", { "www-authenticate": 'Basic realm="Artifact Registry"' });
  const downloads = `/artifacts-downloads/namespaces${root}downloads/`;
  const gate = gateBy(index, {
    anonymous: refused,
    unknown: refused,
    expired: refused,
    revoked: refused,
    guest: answer(403),
    "no-access": answer(403),
    good: null,
  });
  return {
    ...ORDINARY,
    owns: [
      { host: null, path: root },
      { host: null, path: downloads },
    ],
    bearer: true,
    oneInstallation: true,
    // Whoever a token belongs to, so Google's keyring plugin names it; a key has a name of its own.
    accepts: (sent, user) => sent === user || (sent === "oauth2accesstoken" && user !== "_json_key_base64"),
    route: (place, method) => route(place, method, facts, downloads),
    // The address of a download is its own key.
    gate: (caller, wanted, place, holds) => (place.path.startsWith(downloads) ? null : gate(caller, wanted, place, holds)),
    href: (file) => `${root}${file.project}/${encodeFilename(file.filename)}`,
    missing: () => plain(404, "Not Found\n"),
    instead: (file, place) =>
      place.path.startsWith(downloads) ? null : redirection(307, `${downloads}${file.sha256}/${encodeFilename(file.filename)}`),
    announcesRanges: false,
    uploads: {
      stored: answer(200),
      duplicate: plain(400, "the requested file already exists\n"),
      "bad-hash": plain(400, "the digest does not match\n"),
      incomplete: plain(400, "the request is not complete\n"),
    },
  };
}

function route({ path }: Place, method: string, facts: Facts, downloads: string): Route {
  if (method === "POST") return { kind: under(path, facts.root) === "" ? "upload" : "nothing" };
  const download = under(path, downloads);
  if (download !== null) return fileRoute(download.split("/")[1] ?? "");
  const page = under(path, facts.path);
  if (page === "") return { kind: "root" };
  if (page !== null) return { kind: "page", name: decodeSegment(page.replace(/\/$/, "")) };
  const segments = (under(path, facts.root) ?? "").split("/");
  return segments.length === 2 ? fileRoute(segments[1] ?? "") : { kind: "nothing" };
}
