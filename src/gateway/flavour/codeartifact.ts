import { json } from "../answer.ts";
import type { Facts, Flavour, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY } from "./flavour.ts";
import { integer } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, under } from "./path.ts";

/* ROOT is /pypi/REPOSITORY. */
const table: readonly Row[] = [
  {
    request: "GET ROOT/simple/NAME/",
    answer: "200, hrefs below the index: NAME/VERSION/FILE; 404 where absent",
    evidence: "documentation",
  },
  { request: "GET ROOT/simple/NAME/VERSION/FILE", answer: "200", evidence: "documentation" },
  { request: "any, without credentials", answer: "401", evidence: "issues" },
  { request: "any, with an expired or invalid token", answer: "404, or 401 (invalid-status)", evidence: "issues" },
  { request: "any, with a token under another user name than `aws` or its own", answer: "as an invalid token", evidence: "unverified" },
  { request: "any, without permission", answer: "403", evidence: "unverified" },
  { request: "HEAD, ranges, POST ROOT/", answer: "as an ordinary server; wrong or incomplete 400", evidence: "unverified" },
  { request: "POST ROOT/, of a file that is there", answer: "409", evidence: "issues" },
];

/** AWS CodeArtifact; the user is `aws`. Option: `invalid-status` (404). */
export const codeartifact: Flavour = { table, open };

function open(facts: Facts): Behaviour {
  const { index, path, root } = facts;
  const challenge = { "www-authenticate": `Basic realm="${facts.host}"` };
  const anonymous = json(401, { message: "Unauthenticated" }, challenge);
  const status = integer(index, "invalid-status", 404);
  const invalid = status === 401 ? anonymous : json(status, { message: "Not Found" });
  const forbidden = json(403, { message: "Forbidden" });
  return {
    ...ORDINARY,
    // Whoever a token belongs to, `aws` is the name beside it.
    accepts: (sent, user) => sent === user || sent === "aws",
    owns: [{ host: null, path: root }],
    route: (place, method) => route(place, method, facts),
    gate: gateBy(index, {
      anonymous,
      unknown: invalid,
      expired: invalid,
      revoked: invalid,
      guest: forbidden,
      "no-access": forbidden,
      good: null,
    }),
    href: (file) => `${path}${file.project}/${file.version}/${encodeFilename(file.filename)}`,
    missing: () => json(404, { message: "Not Found" }),
    uploads: {
      stored: json(200, {}),
      duplicate: json(409, { message: "The asset exists" }),
      "bad-hash": json(400, { message: "The digest does not fit" }),
      incomplete: json(400, { message: "Bad Request" }),
    },
  };
}

function route({ path }: Place, method: string, facts: Facts): Route {
  if (method === "POST") return { kind: under(path, facts.root) === "" ? "upload" : "nothing" };
  const rest = under(path, facts.path);
  if (rest === null) return { kind: "nothing" };
  const segments = rest.replace(/\/$/, "").split("/");
  if (rest === "") return { kind: "root" };
  if (segments.length === 1) return { kind: "page", name: decodeSegment(segments[0] ?? "") };
  return segments.length === 3 ? fileRoute(segments[2] ?? "") : { kind: "nothing" };
}
