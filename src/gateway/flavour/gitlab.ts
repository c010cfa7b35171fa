import type { Distribution } from "../../scenario/distribution.ts";
import { filesHost } from "../../scenario/flavour.ts";
import { normaliseProject } from "../../scenario/requirement.ts";
import { json, plain, redirection } from "../answer.ts";
import type { Caller } from "../caller.ts";
import { escapeHtml, type Link, target } from "../page.ts";
import { fallbackUrl } from "./fallback.ts";
import type { Facts, Flavour, Route, Row, Behaviour } from "./flavour.ts";
import { type Gate, gateBy, ORDINARY } from "./flavour.ts";
import { flag, integer } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, under } from "./path.ts";

/* ROOT is /api/v4/projects/ID/packages/pypi or /api/v4/groups/ID/-/packages/pypi, ID numeric or an encoded path. */
const table: readonly Row[] = [
  { request: "GET ROOT/simple", answer: "200, list of projects (slash or not)", evidence: "source" },
  { request: "GET ROOT/simple/NAME", answer: "200, HTML; hrefs absolute, by numeric id, under ROOT/files/", evidence: "source" },
  { request: "GET ROOT/simple/NAME, for JSON", answer: "HTML; JSON with `json = true` (behind a flag there)", evidence: "source" },
  { request: "GET ROOT/simple/NAME of a group", answer: "200, hrefs of the group: /api/v4/groups/ID/-/…/files/", evidence: "source" },
  { request: "GET ROOT/simple/ABSENT", answer: "302 to the fallback (on by default), else 404", evidence: "source" },
  { request: "GET ROOT/files/SHA256/FILE", answer: "200; 404 where the hash is another's; no PEP 658", evidence: "source" },
  { request: "GET ROOT/files/SHA256/FILE, object storage", answer: "302 to a signed URL on another host", evidence: "source" },
  { request: "GET ROOT/files/SHA256/FILE, open-files", answer: "200 to anybody, from an old version (uv#9809)", evidence: "issues" },
  { request: "POST /api/v4/projects/ID/packages/pypi", answer: "201; duplicate 400", evidence: "source" },
  {
    request: "POST there, where public: without or with unknown credentials; not a member",
    answer: "401, Basic; 403",
    evidence: "source",
  },
  { request: "POST there, with a wrong digest or incomplete", answer: "400", evidence: "unverified" },
  {
    request: "any, without or with unknown credentials",
    answer: '401, Basic realm="GitLab Packages Registry"; 200 where public',
    evidence: "source",
  },
  {
    request: "any, with a token under any user name, or Bearer",
    answer: "as the token's user; a job's token as gitlab-ci-token alone",
    evidence: "source",
  },
  { request: "any, expired or revoked token", answer: "401 with a Bearer challenge, public or not", evidence: "source" },
  {
    request: "any, expired or revoked, as a deploy token (user gitlab+deploy-token-…)",
    answer: "as an unknown token",
    evidence: "source",
  },
  { request: "any, as gitlab-ci-token whose job has ended (expired or revoked)", answer: "401, Basic, public or not", evidence: "source" },
  { request: "any, gitlab-ci-token with a wrong token", answer: "401, public or not", evidence: "source" },
  { request: "any, with a token of another scope (wrong-scope)", answer: "403, no challenge, public or not", evidence: "source" },
  { request: "any, as guest", answer: "403", evidence: "source" },
  {
    request: "any, not a member (a token of another project on this host is one; on another host it is unknown: 401)",
    answer: "404",
    evidence: "source",
  },
  { request: "any, at an id that does not exist", answer: "404, to anybody", evidence: "source" },
];

/**
 * GitLab's package registry. Options: `id` (number), `group` (read from the URL), `fallback` (true), `object-storage`,
 * `open-files` and `wrong-scope` (false).
 */
export const gitlab: Flavour = { table, open };

const JOB_USER = "gitlab-ci-token";
/** As GitLab names a deploy token unless its maker does. */
const DEPLOY_USER = /^gitlab\+deploy-token-/;
const SCOPE_ERROR = {
  error: "insufficient_scope",
  error_description: "The request requires higher privileges than provided by the access token.",
  scope: "api read_api",
};
const CHALLENGE = { "www-authenticate": 'Basic realm="GitLab Packages Registry"' };

function open(facts: Facts): Behaviour {
  const { index } = facts;
  const scope = scopeOf(facts);
  const storage = filesHost(index, facts.host);
  const unauthorized = json(401, { message: "401 Unauthorized" }, CHALLENGE);
  const forbidden = json(403, { message: "403 Forbidden" });
  const states: Gate = {
    anonymous: unauthorized,
    unknown: index.public ? null : unauthorized,
    expired: bearerChallenge("Token is expired. You can either do re-authorization or token refresh."),
    revoked: bearerChallenge("Token was revoked. You have to re-authorize from the user."),
    guest: index.public ? null : forbidden,
    "no-access": index.public ? null : json(404, { message: `404 ${scope.group ? "Group" : "Project"} Not Found` }),
    good: null,
  };
  const gate = gateBy(index, states);
  // What everybody may read, not everybody may write.
  const uploadGate: Gate = { ...states, anonymous: unauthorized, unknown: unauthorized, guest: forbidden, "no-access": forbidden };
  const outOfScope = flag(index, "wrong-scope", false) ? json(403, SCOPE_ERROR) : null;
  const filePath = (file: Distribution): string => `${scope.numeric}files/${file.sha256}/${encodeFilename(file.filename)}`;
  return {
    ...ORDINARY,
    owns: [
      { host: null, path: scope.declared },
      { host: null, path: scope.numeric },
      ...(storage === null ? [] : [{ host: storage, path: scope.numeric }]),
    ],
    bearer: true,
    oneInstallation: true,
    samples: { ...ORDINARY.samples, names: [JOB_USER] },
    // A token is looked up by itself, whatever the name; a job's token only under its own name.
    accepts: (sent, user) => (user === JOB_USER) === (sent === JOB_USER),
    route: ({ path }, method) => route(under(path, scope.declared) ?? under(path, scope.numeric) ?? "", method, scope.group),
    gate(caller, wanted, place, holds) {
      if (place.host !== null) return leaked(caller);
      if (wanted.kind === "nothing" || (wanted.kind === "file" && flag(index, "open-files", false))) return null;
      if (index.users.length === 0) return null;
      const ended = caller.authState === "expired" || caller.authState === "revoked";
      if (caller.user === JOB_USER && (ended || caller.authState === "unknown")) return unauthorized;
      if (outOfScope !== null && isScoped(caller)) return outOfScope;
      // Only deploy tokens that hold are looked for at all: one that has ended is as good as none.
      const known: Caller = ended && DEPLOY_USER.test(caller.account ?? "") ? { ...caller, authState: "unknown" } : caller;
      return wanted.kind === "upload" && index.public ? uploadGate[known.authState] : gate(known, wanted, place, holds);
    },
    href: (file) => facts.absolute(filePath(file)),
    missing: (name, wanted) =>
      wanted.kind === "page" && flag(index, "fallback", true)
        ? redirection(302, fallbackUrl(name))
        : json(404, { message: wanted.kind === "nothing" ? "404 Not Found" : "404 Package Not Found" }),
    instead(file, place) {
      if (!place.path.includes(`/files/${file.sha256}/`)) return json(404, { message: "404 Package Not Found" });
      if (storage === null || place.host !== null) return null;
      return redirection(302, `${facts.absolute(filePath(file), storage)}?X-Amz-Expires=600&X-Amz-SignedHeaders=host`);
    },
    page: projectPage,
    json: { api: "1.0", fragments: true, emptyPython: false },
    root: (projects) =>
      shell(
        "projects",
        projects.map((name) => `<a href="${facts.absolute(`${scope.numeric}simple/${name}`)}" data-requires-python="">${name}</a><br>`),
      ),
    uploads: {
      stored: json(201, { message: "201 Created" }),
      duplicate: json(400, { message: "Validation failed: File name has already been taken" }),
      "bad-hash": json(400, { error: "sha256_digest is invalid" }),
      incomplete: json(400, { error: "content is missing, name is missing, version is missing" }),
    },
  };
}

/** Prefixes that end in `/packages/pypi/`: as declared, and with the numeric id that links are built from. */
function scopeOf(facts: Facts): { group: boolean; declared: string; numeric: string } {
  const match = /^(.*\/(?:projects|groups)\/)([^/]+)(\/.*)$/.exec(facts.root);
  const [, before = "/api/v4/projects/", id = "1", after = "/packages/pypi/"] = match ?? [];
  const number = /^\d+$/.test(id) ? id : String(integer(facts.index, "id", 1));
  return { group: flag(facts.index, "group", before.endsWith("/groups/")), declared: facts.root, numeric: `${before}${number}${after}` };
}

function route(rest: string, method: string, group: boolean): Route {
  const segments = rest.replace(/\/$/, "").split("/");
  const [first = "", second] = segments;
  if (method === "POST") return { kind: rest === "" && !group ? "upload" : "nothing" };
  if (first === "simple") {
    if (segments.length === 1) return { kind: "root" };
    return segments.length === 2 ? { kind: "page", name: decodeSegment(second ?? "") } : { kind: "nothing" };
  }
  return first === "files" && segments.length === 3 ? fileRoute(segments[2] ?? "") : { kind: "nothing" };
}

/** Whether a token of this index's is shown that still holds, and that has scopes: a job's has none. */
function isScoped({ authState, account, user }: Caller): boolean {
  return account !== null && authState !== "expired" && authState !== "revoked" && user !== JOB_USER;
}

/** The storage signs the URL; a second kind of credentials beside the signature is an error there. */
function leaked(caller: Caller): ReturnType<Behaviour["gate"]> {
  return caller.authorization === "none" ? null : plain(400, "Only one auth mechanism allowed\n");
}

function bearerChallenge(description: string): ReturnType<typeof json> {
  const challenge = `Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="${description}"`;
  return json(401, { error: "invalid_token", error_description: description }, { "www-authenticate": challenge });
}

function projectPage(project: string, links: readonly Link[]): string {
  const anchors = links.map((link) => {
    const { file } = link;
    const python = escapeHtml(file.requiresPython ?? "");
    return `<a href="${target(link)}" data-requires-python="${python}">${escapeHtml(file.filename)}</a><br>`;
  });
  return shell(normaliseProject(project), anchors);
}

function shell(title: string, anchors: readonly string[]): string {
  return (
    `<!DOCTYPE html>\n<html>\n  <head>\n    <title>Links for ${title}</title>\n  </head>\n  <body>\n` +
    `    <h1>Links for ${title}</h1>\n    ${anchors.join("")}\n  </body>\n</html>\n`
  );
}
