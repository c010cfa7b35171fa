import { json } from "../answer.ts";
import type { Presented } from "../authorization.ts";
import type { Facts, Flavour, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY, usualGate } from "./flavour.ts";
import { decodeSegment, encodeFilename, fileRoute, isFilename, lastSegment } from "./path.ts";

/* HOW is `basic`, `public`, or an entitlement token itself. */
const table: readonly Row[] = [
  {
    request: "GET /basic/OWNER/REPO/python/simple/NAME/",
    answer: "200 with Basic credentials, whatever the name; 404 where absent",
    evidence: "unverified",
  },
  { request: "GET /TOKEN/OWNER/REPO/python/simple/NAME/", answer: "200: the secret stands in the path", evidence: "issues" },
  { request: "GET /public/OWNER/REPO/python/simple/NAME/", answer: "200 where the index is public, else 401", evidence: "unverified" },
  { request: "GET /HOW/OWNER/REPO/python/FILE", answer: "200", evidence: "unverified" },
  { request: "any, without or with wrong credentials", answer: '401, JSON {"detail": …}', evidence: "issues" },
  { request: "any, as guest or without access", answer: "403", evidence: "unverified" },
  { request: "upload", answer: "405: uploads go to another host", evidence: "documentation" },
];

/** Cloudsmith; the user is `token`, the password an entitlement token. */
export const cloudsmith: Flavour = { table, open };

const PATH = /^\/([^/]+)(\/.*)$/;

function open(facts: Facts): Behaviour {
  const { index } = facts;
  // What follows the first segment says which repository is meant: /OWNER/REPO/python/.
  const [, , repository = facts.root] = PATH.exec(facts.root) ?? [];
  const refused = json(401, { detail: "Invalid credentials." }, { "www-authenticate": `Basic realm="${facts.host}"` });
  const forbidden = json(403, { detail: "You do not have permission to perform this action." });
  const user = index.users[0]?.name ?? "token";
  return {
    ...ORDINARY,
    owns: [{ host: null, path: "/" }],
    // `basic` and `public` are no secrets, so nobody's.
    inPath(place): Presented {
      const [, how = ""] = PATH.exec(place.path) ?? [];
      return { kind: "basic", user, password: how };
    },
    accepts: () => true,
    samples: {
      ...ORDINARY.samples,
      wayIn: { words: ["basic", "public"], path: (path, word) => path.replace(PATH, (_, __, rest: string) => `/${word}${rest}`) },
    },
    route: (place) => route(place, repository),
    gate: gateBy(index, usualGate(refused, forbidden)),
    // Relative, so that the way in is kept.
    href: (file) => `../../${encodeFilename(file.filename)}`,
    missing: () => json(404, { detail: "Not found." }),
  };
}

function route({ path }: Place, repository: string): Route {
  const [, , rest = ""] = PATH.exec(path) ?? [];
  if (!rest.startsWith(repository)) return { kind: "nothing" };
  const below = rest.slice(repository.length).replace(/\/$/, "");
  if (below === "simple") return { kind: "root" };
  if (below.startsWith("simple/")) return { kind: "page", name: decodeSegment(lastSegment(below)) };
  return isFilename(below) && !below.includes("/") ? fileRoute(below) : { kind: "nothing" };
}
