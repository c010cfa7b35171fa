/**
 * Every answer of a scenario's indexes, as one JSON document that the script's server looks them up in. Texts are
 * templates of Python's `string.Template`: secrets are their variables, `${name}` is the project that a pattern met,
 * `${sent_user}` and `${sent_password}` what the request carried.
 */
export interface AnswerTable {
  readonly answers: readonly TableAnswer[];
  readonly indexes: readonly IndexTable[];
  /** By origin: path prefixes with the number of the index, in the order in which they are tried. */
  readonly places: Readonly<Record<string, readonly (readonly [prefix: string, index: number])[]>>;
  /** Numbers of the two that stand for no declared index: other paths on declared origins, other origins. */
  readonly nowhere: number;
  readonly undeclared: number;
  /** The steps with which a phase begins, from 1; the first phase is before all steps. */
  readonly phases: readonly number[];
  /** sha256 of every file that is served. */
  readonly digests: Readonly<Record<string, string>>;
}

/** What a body is: a text, that of another answer, a wheel's bytes, or the METADATA inside a wheel. */
export type TableBody = string | { readonly as: number } | { readonly file: string } | { readonly metadata: string };

/** `stores`: an upload was taken, after which nothing is known of the index. */
export type TableAnswer =
  | readonly [status: number, headers: Headers, body: TableBody]
  | readonly [status: number, headers: Headers, body: TableBody, stores: true];
type Headers = Readonly<Record<string, string | readonly string[]>>;

export interface IndexTable {
  /** `null`: the journal names no index. */
  readonly name: string | null;
  /** Whose addresses are paths alone in `rows`. */
  readonly origin: string;
  /** What its answers depend on: a header that has a match of the pattern; `null`: the format that `Accept` prefers. */
  readonly headers: readonly (readonly [name: string, pattern: string | null])[];
  /** By state (see `stateKey`), a number of `who`. */
  readonly states: Readonly<Record<string, number>>;
  readonly who: readonly Who[];
  /** What the journal says that a request of each class carried. */
  readonly authorization: readonly string[];
  /** By address; `${name}` in one stands for any project of which the index has nothing. */
  readonly rows: Readonly<Record<string, Row>>;
  /** By phase: the faults that are set with it, and count anew. */
  readonly faults: Readonly<Record<number, readonly unknown[]>>;
  /** Where files may be uploaded, by file name: sha256, and the phase since which it is there. */
  readonly files: Readonly<Record<string, readonly [sha256: string, since: number]>>;
}

/** The class of each credential; what is left out is as `*`. Secrets go by their variables, the empty one by `""`. */
export interface Who {
  readonly none: number;
  readonly other: number;
  readonly bearer: Readonly<Record<string, number>>;
  /** By user name; a secret that a name lacks is looked up under `*`. */
  readonly basic: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Methods (`*`: any other), what the request is for, and the answer. */
export type Row = readonly (readonly [methods: string, purpose: string, cell: Cell])[];

/** An answer's number; by class of credentials; or by what the headers say, or an upload holds, then by class. */
export type Cell = number | readonly number[] | { readonly [by: string]: Cell };

/** A phase, and for each index whose users were all revoked by a fault, the last phase in which that happened. */
export function stateKey(phase: number, revoked: Readonly<Record<string, number>>): string {
  return [String(phase), ...Object.entries(revoked).map(([index, at]) => `${index}@${at}`)].sort().join(" ");
}
