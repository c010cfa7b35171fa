import type { Distribution } from "../../scenario/distribution.ts";
import type { Index } from "../../scenario/model.ts";
import type { Answer } from "../answer.ts";
import type { Presented } from "../authorization.ts";
import type { Caller, AuthState } from "../caller.ts";
import type { JsonStyle, Link } from "../page.ts";

/** How one kind of registry behaves on the wire. */
export interface Flavour {
  /** Its routes and answers, for documents and as the list of what the tests must show. */
  readonly table: readonly Row[];
  /** Called once per index and run. */
  open(facts: Facts): Behaviour;
}

export interface Row {
  readonly request: string;
  readonly answer: string;
  /** Read in its source, in its documentation, in users' reports; of our own making; or not verified. */
  readonly evidence: "source" | "documentation" | "issues" | "own" | "unverified";
}

/** What a flavour knows of the index that it plays. */
export interface Facts {
  readonly index: Index;
  /** Host without port. */
  readonly host: string;
  /** The index's path as declared; begins and ends with `/`. */
  readonly path: string;
  /** The path without a final `simple/` or `+simple/`: where most registries root a repository. */
  readonly root: string;
  /** An id in the form of a GUID, the same in every run. */
  readonly guid: string;
  /** Absolute URL of a path on the index's origin, or on another host of the same registry. */
  absolute(path: string, host?: string): string;
}

/** Where a request went: the path is as sent, without the query; `host` is `null` for the index's own. */
export interface Place {
  readonly host: string | null;
  readonly path: string;
}

export type Route =
  | { readonly kind: "root" | "flat" | "upload" | "nothing" }
  /** `name` is decoded and may lack normalisation. */
  | { readonly kind: "page"; readonly name: string }
  | { readonly kind: "file"; readonly filename: string; readonly metadata: boolean }
  /** Answered from here once the gate is passed; to a POST, too, where it says so. */
  | { readonly kind: "fixed"; readonly answer: Answer; readonly purpose: "page" | "file" | "other"; readonly toPost?: true };

/** Value of a request header, by lower-case name. */
export type Header = (name: string) => string | null;

export type UploadOutcome = "stored" | "duplicate" | "bad-hash" | "incomplete";

/** `same` is the answer to a file that is there already, byte for byte; as to any duplicate unless said. */
type Uploads = Readonly<Record<UploadOutcome, Answer> & { same?: Answer }>;

export interface Behaviour {
  /** Path prefixes that are this registry's beside the index's own path; each ends in `/`. */
  readonly owns: readonly Place[];
  /** Whether `sent` may stand as user name beside the secret of `user`. */
  accepts(sent: string, user: string): boolean;
  readonly bearer: boolean;
  /** Whether users of other indexes of this flavour on the same host are known here: one installation, many repositories. */
  readonly oneInstallation: boolean;
  /** Credentials that stand in the path; they count where no others are sent. */
  inPath(place: Place): Presented;
  route(place: Place, method: string, header: Header): Route;
  /** The refusal, or `null` to let pass. `holds` tells whether a project is there. */
  gate(caller: Caller, route: Route, place: Place, holds: (name: string) => boolean): Answer | null;
  /** Link to a file as its pages write it: absolute URL, absolute path, or relative to the page. */
  href(file: Distribution): string;
  /** Fragment of that link, without `#`. */
  fragment(file: Distribution): string;
  /** `hidden`: it is here, and `visible-to` leaves out who asks. */
  missing(name: string, route: Route, hidden: boolean): Answer;
  /** Instead of a file's bytes; `null`: the bytes. */
  instead(file: Distribution, place: Place, route: Route): Answer | null;
  /** Answer to HEAD once the gate is passed; `null`: as GET, without the body. */
  head(route: Route, place: Place): Answer | null;
  /** HTML of its own for a project's page; `null`: the common one. */
  readonly page: ((project: string, links: readonly Link[]) => string) | null;
  /** HTML of its own for the list of projects; `null`: the common one. */
  readonly root: ((projects: readonly string[]) => string) | null;
  /** Likewise for all files on one page. */
  readonly flat: ((links: readonly Link[]) => string) | null;
  /** How its JSON pages are written. */
  readonly json: JsonStyle;
  /** Whether a page lists the files that `visible-to` hides beside those that it shows: blocked, not hidden. */
  readonly listsHidden: boolean;
  readonly ranges: boolean;
  /** Whether HEAD on a file says that ranges are taken. */
  readonly announcesRanges: boolean;
  /** Whether a file of the same name takes the place of one that is there. */
  readonly overwrites: boolean;
  /** Answers to uploads; `null`: none are taken. */
  readonly uploads: Uploads | null;
  /** Whether `sha256_digest` of an upload is compared with the file. */
  readonly digests: boolean;
  readonly samples: Samples;
}

/** What cannot be found by asking; whoever writes down every answer needs it beforehand. */
export interface Samples {
  /** User names that it treats apart, beside those of its users. */
  readonly names: readonly string[];
  /** Headers that its answers depend on: whether the value has a match of the pattern. `values` has some with and some without. */
  readonly headers: readonly { readonly name: string; readonly pattern: string; readonly values: readonly string[] }[];
  /** Where a secret may stand in a path: the path with another word there, and words that are no secrets. */
  readonly wayIn: { readonly words: readonly string[]; path(path: string, word: string): string } | null;
}

/** What most registries do; a flavour spreads it and says where it differs. */
export const ORDINARY = {
  owns: [],
  accepts: (sent, user) => sent === user,
  bearer: false,
  oneInstallation: false,
  fragment: (file) => `sha256=${file.sha256}`,
  instead: () => null,
  head: () => null,
  inPath: () => ({ kind: "none" }),
  page: null,
  root: null,
  flat: null,
  json: { api: "1.1", fragments: false, emptyPython: false },
  overwrites: false,
  uploads: null,
  digests: true,
  listsHidden: false,
  ranges: true,
  announcesRanges: true,
  samples: { names: [], headers: [], wayIn: null },
} as const satisfies Partial<Behaviour>;

/** The answer to each state; `null` lets it pass. */
export type Gate = Readonly<Record<AuthState, Answer | null>>;

/** The gate of most registries: whoever is not known is asked to sign in, and who may not read here is turned away. */
export function usualGate(refused: Answer, forbidden: Answer | null): Gate {
  return {
    anonymous: refused,
    unknown: refused,
    expired: refused,
    revoked: refused,
    guest: forbidden,
    "no-access": forbidden,
    good: null,
  };
}

/** An open index lets everyone pass; a public one those who show nothing. */
export function gateBy(index: Index, gate: Gate): Behaviour["gate"] {
  const open = index.users.length === 0;
  return (caller, route) => {
    if (open || (index.public && caller.authState === "anonymous" && route.kind !== "upload")) return null;
    return gate[caller.authState];
  };
}
