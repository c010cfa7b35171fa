import * as v from "valibot";
import { allFlavourOptions, type FlavourOption } from "../flavour.ts";
import { BACKENDS, CERTIFICATES, FLAVOURS, UNREACHABLE, USER_STATES } from "../model.ts";
import { packages } from "./package.ts";
import { count, described, key, namedTable, table, text } from "./value.ts";

const httpStatus = v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599));
const requests = v.picklist(["pages", "files", "any"]);

const fault = table({
  kind: described(
    v.picklist(["status", "delay", "drop", "truncate", "revoke", ...UNREACHABLE]),
    'What goes wrong. Of the whole host: "no-such-host" (its name does not resolve), "connection-refused", "connect-timeout".',
  ),
  for: key(requests, "Which requests it hits; any unless said."),
  path: key(text, "Only requests whose path holds this; or fits it as a whole, where it holds `*`. So one package, version or file."),
  nth: key(v.pipe(v.number(), v.integer(), v.minValue(1)), "The n-th of these requests only, counted from 1."),
  from: key(v.pipe(v.number(), v.integer(), v.minValue(1)), "From the n-th of these requests on."),
  rate: key(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), "This share of the requests, by `seed`."),
  seed: key(count, "Seed of `rate`; the same seed hits the same requests."),
  always: key(v.literal(true), "Every one of these requests (default)."),
  status: key(httpStatus, 'Status of kind "status"; 503 unless said.'),
  "retry-after": key(count, "`Retry-After` in seconds."),
  // A timer above 2^31 ms does not wait at all.
  "delay-ms": key(v.pipe(count, v.maxValue(3_600_000)), 'Delay of kind "delay", in milliseconds; at most an hour.'),
});

export const faults = v.array(fault);

/** What befalls a whole host. */
const unreachable = table({
  kind: described(v.picklist(UNREACHABLE), "Why: its name does not resolve, it refuses connections, or it answers none."),
});

const redirect = table({
  to: described(text, "Another index, or an absolute URL that replaces this index's."),
  status: key(v.picklist([301, 302, 303, 307, 308]), "302 unless said."),
  for: key(v.picklist(["pages", "files", "both"]), "What is redirected; both unless said."),
  credentials: key(
    v.union([v.picklist(["none", "kept"]), table({ user: described(text, "A user of this index or of the other.") })]),
    "Credentials written into `Location`; none unless said.",
  ),
});

const http = v.picklist(["auto", "1.1"]);

const headerValue = v.pipe(text, v.regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, "a header's value is wanted"));
const headers = namedTable(headerValue);

const shared = {
  packages: key(packages, 'Packages: a table is built, "name==version" is the real one from PyPI.'),
  http: key(http, 'HTTP versions offered: "1.1" alone, or HTTP/2 as well.'),
  metadata: key(v.boolean(), "Whether `.metadata` files are offered (PEP 658)."),
  json: key(v.boolean(), "Whether JSON pages are offered (PEP 691)."),
  faults: key(faults, "What goes wrong."),
  "cache-control": key(headerValue, "`Cache-Control` of its pages; they come without one unless said."),
  "page-headers": key(headers, 'Headers of its pages: `{ etag = \'"1"\', age = "60" }`.'),
  "file-headers": key(headers, "Headers of its files."),
};

/** Keys that only some flavours have; the reader checks which. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- their types are read from the flavour's table
function optionEntries(): Record<never, never> {
  const schemas = { text, integer: count, boolean: v.boolean(), status: httpStatus } satisfies Record<
    FlavourOption["type"],
    v.GenericSchema
  >;
  return Object.fromEntries(
    [...allFlavourOptions()].map(([name, { option, flavours }]) => {
      const schema: v.GenericSchema<string | number | boolean> = schemas[option.type];
      return [name, key(schema, `${option.description} Only for ${flavours.join(", ")}.`)];
    }),
  );
}

const user = v.union([
  text,
  table({
    name: described(text, "User name."),
    state: key(v.picklist(USER_STATES), '"good" unless said.'),
    login: key(text, "User name that is sent beside this one's secret, where two secrets go under one name; `name` unless said."),
    "secret-in": key(
      v.picklist(["password", "user", "either"]),
      'Where the secret stands: "user", with an empty password or none; "password"; "either". "password" unless said, and for flavour ' +
        '"simple" also where a URL of this file has it.',
    ),
    "secret-form": key(
      text,
      "What the secret looks like, odd characters and all; `*` stands for what is random in it. `*` alone unless said.",
    ),
    secret: key(
      v.picklist(["shared", "own"]),
      'Users of one name on one host have one secret, whatever index is asked; "own": this one has another.',
    ),
  }),
]);

export const index = table({
  flavour: key(v.picklist(FLAVOURS), 'How the registry behaves on the wire; "simple" unless said.'),
  backend: key(v.picklist(BACKENDS), 'What serves the files; "embedded" unless said.'),
  url: key(text, "Address of the index, without credentials; made from the name unless said."),
  user: key(user, "Its one user, with a password that is fresh in every run; the same as that of this name at another index of the host."),
  users: key(v.array(user), "Its users, where they are several or have a state."),
  public: key(v.boolean(), "Anonymous reads are allowed although there are users."),
  ...shared,
  redirect: key(redirect, "A redirect in place of the index's own answer."),
  redirects: key(v.array(redirect), "Several redirects."),
  certificate: key(
    v.picklist(CERTIFICATES),
    'What it shows over https: one of the run\'s CA ("good"), out of date, of a CA that is not trusted, of its own, for another host, signed with SHA-1.',
  ),
  "client-certificate": key(
    v.literal("required"),
    'It asks clients for a certificate of theirs, as mutual TLS does: `SSL_CLIENT_CERT = "{{client-certificate}}"`.',
  ),
  missing: key(
    v.literal("empty-page"),
    "A package that is not there has a page without files, status 200, as in a group of Nexus; 404 unless said.",
  ),
  "links-as": key(
    v.picklist(["https", "http"]),
    "Absolute links and redirects say this scheme: a TLS terminator in front that the registry does not know of.",
  ),
  ...optionEntries(),
});

/** A server of git repositories over https. */
export const git = table({
  url: key(text, "Address below which the repositories are, without credentials; made from the name unless said."),
  user: key(
    user,
    "Its one user, with a password or token that is fresh in every run; the same as that of this name at an index of the host.",
  ),
  users: key(v.array(user), "Its users, where they are several or have a state."),
  public: key(v.boolean(), "Anonymous reads are allowed although there are users."),
  packages: described(
    packages,
    "Packages that are built, as tables: each is a repository `NAME.git`, each version a commit and a tag `vVERSION`.",
  ),
  faults: key(faults, "What goes wrong."),
  certificate: key(v.picklist(CERTIFICATES), 'What it shows over https; "good" unless said.'),
});

/** A company's proxy. */
export const proxy = table({
  url: key(text, "Its address, with http and without credentials; http://proxy.example.com:3128/ unless said."),
  user: key(user, "Who may use it, with a password that is fresh in every run; anyone unless said."),
  users: key(v.array(user), "Who may use it, where they are several or have a state."),
  faults: key(v.array(unreachable), "It cannot be reached itself."),
  "breaks-tls": key(v.boolean(), "It opens every https connection, and shows certificates of a CA of its own: `{{proxy-ca}}`."),
});

/** Answers wherever a host is asked that no index declares. */
export const defaultIndex = table(shared);

export type RawFault = v.InferOutput<typeof fault>;
export type RawRedirect = v.InferOutput<typeof redirect>;
export type RawIndex = v.InferOutput<typeof index>;
export type RawGit = v.InferOutput<typeof git>;
export type RawProxy = v.InferOutput<typeof proxy>;
export type RawUser = v.InferOutput<typeof user>;
