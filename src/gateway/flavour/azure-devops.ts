import type { Distribution } from "../../scenario/distribution.ts";
import { filesHost } from "../../scenario/flavour.ts";
import { answer, json, plain, redirection } from "../answer.ts";
import type { Caller } from "../caller.ts";
import type { Facts, Flavour, Place, Route, Row, Behaviour } from "./flavour.ts";
import { gateBy, ORDINARY } from "./flavour.ts";
import { integer, text } from "./option.ts";
import { decodeSegment, encodeFilename, fileRoute, under } from "./path.ts";

/* BASE is /ORG or /ORG/PROJECT; the feed's files live under its GUID, not under its name. */
const table: readonly Row[] = [
  {
    request: "GET BASE/_packaging/FEED/pypi/simple/NAME/",
    answer: "200, absolute hrefs under the GUID; 404 where absent",
    evidence: "issues",
  },
  { request: "GET BASE/_packaging/GUID/pypi/download/NAME/VERSION/FILE", answer: "303 (or 302) to the blob host", evidence: "unverified" },
  { request: "HEAD on the feed's host", answer: "405", evidence: "issues" },
  { request: "GET on the blob host", answer: "200, 206 for a range; no PEP 658", evidence: "issues" },
  { request: "GET on the blob host with Authorization", answer: "400, not given in the correct format", evidence: "issues" },
  {
    request: "POST BASE/_packaging/FEED/pypi/upload/",
    answer: "202; wrong digest or incomplete 400",
    evidence: "unverified",
  },
  { request: "POST there, of a file that is there", answer: "409, JSON: PackageAlreadyExistsException (uv#8817)", evidence: "issues" },
  { request: "any, without or with refused credentials", answer: "401, Bearer and Basic and TFS-Federated", evidence: "issues" },
  { request: "any, with a token under any user name that is not empty", answer: "200", evidence: "issues" },
  { request: "any, with a Bearer token", answer: "200", evidence: "unverified" },
  { request: "any, as guest", answer: "403", evidence: "unverified" },
  { request: "any, without access", answer: "404", evidence: "unverified" },
];

/** As uv#8817 has it, but for the names of feed, file and package. */
const ALREADY_EXISTS = {
  $id: "1",
  innerException: null,
  message: "The feed already contains the file.",
  typeName:
    "Microsoft.VisualStudio.Services.Packaging.Shared.WebApi.Exceptions.PackageAlreadyExistsException, Microsoft.VisualStudio.Services.Packaging.Shared.WebApi",
  typeKey: "PackageAlreadyExistsException",
  errorCode: 0,
  eventId: 3000,
};

/**
 * Azure Artifacts. A token is taken under any name that is not empty. Options: `feed-id` (a GUID),
 * `redirect-status` (303).
 */
export const azureDevops: Flavour = { table, open };

function open(facts: Facts): Behaviour {
  const { index } = facts;
  const { base, feed } = feedOf(facts);
  const guid = text(index, "feed-id", facts.guid);
  const blob = filesHost(index, facts.host) ?? facts.host;
  const downloads = `${base}_packaging/${guid}/pypi/download/`;
  const blobs = `/${guid}/`;
  const refused = json(401, { message: "TF400813: The user is not authorized to access this resource." }, challenge(facts));
  const gate = gateBy(index, {
    anonymous: refused,
    unknown: refused,
    expired: refused,
    revoked: refused,
    guest: json(403, { message: "You need 'ReadPackages' permission on this feed." }),
    "no-access": json(404, { message: `The feed with ID '${feed}' doesn't exist.` }),
    good: null,
  });
  const place = (file: Distribution): string => `${file.project}/${file.version}/${encodeFilename(file.filename)}`;
  return {
    ...ORDINARY,
    owns: [
      { host: null, path: downloads },
      { host: null, path: `${base}_packaging/${feed}/pypi/upload/` },
      { host: blob, path: blobs },
    ],
    bearer: true,
    accepts: (sent) => sent !== "",
    route: (where, method) => route(where, method, facts.path, downloads),
    gate: (caller, wanted, where, holds) => (where.host === null ? gate(caller, wanted, where, holds) : leaked(caller)),
    href: (file) => facts.absolute(`${downloads}${place(file)}`),
    missing: (name) => json(404, { message: `Package '${name}' is not in the feed.` }),
    instead: (file, where) =>
      where.host === null
        ? redirection(integer(index, "redirect-status", 303), `${facts.absolute(`${blobs}${place(file)}`, blob)}?sv=2019-07-07&sr=b&sp=r`)
        : null,
    head: (_, where) => (where.host === null ? answer(405, { allow: "GET" }) : null),
    uploads: {
      stored: answer(202),
      duplicate: json(409, ALREADY_EXISTS),
      "bad-hash": plain(400, "The request is not valid."),
      incomplete: plain(400, "The request is not valid."),
    },
  };
}

function feedOf(facts: Facts): { base: string; feed: string } {
  const match = /^(.*\/)_packaging\/([^/]+)\/pypi\/simple\/$/.exec(facts.path);
  return { base: match?.[1] ?? facts.root, feed: decodeSegment(match?.[2] ?? facts.index.name) };
}

function route({ host, path }: Place, method: string, simple: string, downloads: string): Route {
  if (method === "POST") return { kind: path.includes("/pypi/upload") ? "upload" : "nothing" };
  const file = host === null ? under(path, downloads) : path.split("/").slice(2).join("/");
  if (file !== null) {
    const segments = file.split("/");
    return segments.length === 3 ? fileRoute(segments[2] ?? "") : { kind: "nothing" };
  }
  const page = (under(path, simple) ?? "").replace(/\/$/, "");
  if (page === "") return { kind: "root" };
  return page.includes("/") ? { kind: "nothing" } : { kind: "page", name: decodeSegment(page) };
}

function challenge(facts: Facts): Record<string, readonly string[]> {
  return {
    "www-authenticate": [
      `Bearer authorization_uri=https://login.${facts.host}/${facts.guid}`,
      `Basic realm="${facts.absolute("/")}"`,
      "TFS-Federated",
    ],
  };
}

function leaked(caller: Caller): ReturnType<Behaviour["gate"]> {
  if (caller.authorization === "none") return null;
  return answer(
    400,
    { "content-type": "application/xml" },
    '<?xml version="1.0" encoding="utf-8"?><Error><Code>InvalidAuthenticationInfo</Code>' +
      "<Message>Authentication information is not given in the correct format. " +
      "Check the value of Authorization header.</Message></Error>",
  );
}
