import { posix } from "node:path";
import { normaliseProject } from "../../scenario/requirement.ts";
import { type Answer, html, plain, redirection } from "../answer.ts";
import { escapeHtml, projectPage } from "../page.ts";
import type { Facts, Flavour, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY, usualGate } from "./flavour.ts";
import { flag, integer, text } from "./option.ts";
import { idTokenRoute, NO_REQUEST_TOKEN, OIDC_PATH, oidcRoute } from "./trusted-publishing.ts";
import { decodeSegment, encodeFilename, fileRoute, isFilename, under } from "./path.ts";

const table: readonly Row[] = [
  { request: "GET INDEX/", answer: "200, list of projects", evidence: "own" },
  { request: "GET INDEX/NAME/", answer: "200, HTML or (if the index says so) JSON; 404 where absent", evidence: "own" },
  { request: "GET INDEX/NAME, or a name that is not normalised", answer: "301 to INDEX/NAME/", evidence: "own" },
  { request: "GET INDEX/NAME/FILE", answer: "200, 206 for a range; FILE.metadata beside wheels", evidence: "own" },
  { request: "GET FILES-BELOW/NAME/FILE, with that option", answer: "the same, and file links lie there", evidence: "own" },
  { request: "GET INDEX/+flat/", answer: "200, every file on one page, for --find-links", evidence: "own" },
  { request: "POST INDEX/", answer: "200; 409 for a file that exists", evidence: "own" },
  { request: "any, without credentials or with wrong ones", answer: '401, Basic realm="simple"', evidence: "own" },
  { request: "any, without credentials, anonymous-status", answer: "that status", evidence: "issues" },
  { request: "any, with wrong credentials, invalid-status", answer: "that status", evidence: "issues" },
  { request: "GET INDEX/, with no-root", answer: "404", evidence: "own" },
  { request: "GET of what is refused, login-page", answer: "200 with an HTML page, from a proxy in front", evidence: "issues" },
  { request: "any, with any Authorization, refuse-authorization", answer: "that status; to others everything", evidence: "issues" },
  {
    request: "GET /_/oidc/audience, POST /_/oidc/mint-token, trusted-publishing",
    answer: "200, as PyPI; 422, no such publisher",
    evidence: "issues",
  },
  { request: "any, id-tokens", answer: "200, a job's identity token, to whoever shows a bearer token, else 401", evidence: "own" },
  { request: "any, as guest or without access", answer: "403", evidence: "own" },
];

const LOGIN = html(200, "<!DOCTYPE html><html><body><form>Sign in</form></body></html>\n");
const CHALLENGE = { "www-authenticate": 'Basic realm="simple"' };

/** A plain index: what PEP 503 asks, and nothing surprising. Its options say what `FLAVOUR_TRAITS` lists. */
export const simple: Flavour = { table, open };

function open(facts: Facts): Behaviour {
  const { path, index } = facts;
  const forbidden = plain(403, "Forbidden\n");
  const files = text(index, "files-below", path);
  const style = text(index, "links", "absolute");
  const bucket = integer(index, "refuse-authorization", 0);
  const refused = (option: string): Answer => {
    const status = integer(index, option, 401);
    return plain(status, "Unauthorized\n", status === 401 ? CHALLENGE : {});
  };
  const gate = gateBy(index, { ...usualGate(refused("invalid-status"), forbidden), anonymous: refused("anonymous-status") });
  return {
    ...ORDINARY,
    owns: [
      ...(files === path ? [] : [{ host: null, path: files }]),
      ...(flag(index, "trusted-publishing", false) ? [{ host: null, path: OIDC_PATH }] : []),
    ],
    route(place, method) {
      if (flag(index, "id-tokens", false)) return idTokenRoute();
      const exchange = oidcRoute(index, place, method);
      if (exchange !== null) return exchange;
      const found = route(under(place.path, path) ?? under(place.path, files) ?? "", method, path);
      return found.kind === "root" && flag(index, "no-root", false) ? { kind: "nothing" } : found;
    },
    gate(caller, wanted, place, holds) {
      if (flag(index, "id-tokens", false)) return caller.authorization === "bearer" ? null : NO_REQUEST_TOKEN;
      if (oidcRoute(index, place, "GET") !== null) return null;
      if (bucket > 0) return caller.authState === "anonymous" ? null : plain(bucket, "Only one auth mechanism allowed\n");
      const refusal = gate(caller, wanted, place, holds);
      return refusal !== null && wanted.kind !== "upload" && flag(index, "login-page", false) ? LOGIN : refusal;
    },
    href({ project, filename }) {
      const name = encodeFilename(filename);
      if (style === "base") return name;
      return style === "absolute" ? `${files}${project}/${name}` : posix.relative(`${path}${project}/`, `${files}${project}/${name}`);
    },
    page: style === "base" ? (project, links) => withBase(projectPage(project, links), facts.absolute(`${files}${project}/`)) : null,
    missing: (name) => plain(404, `${name} is not here\n`),
    uploads: {
      stored: plain(200, ""),
      duplicate: plain(409, "the file exists\n"),
      "bad-hash": plain(400, "sha256_digest does not fit the file\n"),
      incomplete: plain(400, "name, version and content are needed\n"),
    },
  };
}

function withBase(page: string, url: string): string {
  return page.replace("<head>\n", `<head>\n    <base href="${escapeHtml(url)}">\n`);
}

function route(rest: string, method: string, path: string): Route {
  if (rest === "") return { kind: method === "POST" ? "upload" : "root" };
  const segments = rest.split("/");
  const [first = "", second] = segments;
  if (first === "+flat") return segments.length === 2 && second === "" ? { kind: "flat" } : fileRoute(second ?? "");
  const name = decodeSegment(first);
  if (segments.length === 1 || (segments.length === 2 && second === "")) {
    const normal = normaliseProject(name);
    if (second === "" && normal === name) return { kind: "page", name };
    return { kind: "fixed", answer: redirection(301, `${path}${normal}/`), purpose: "page" };
  }
  return segments.length === 2 && isFilename(second ?? "") ? fileRoute(second ?? "") : { kind: "nothing" };
}
