import type { KeyringRecord } from "../observation/model.ts";
import { isInside } from "./confine.ts";
import { layoutFor, type WorkspacePaths } from "./layout.ts";

export interface KeyringJournalOptions {
  /** As the steps see them, but for `output`. */
  readonly paths: Pick<WorkspacePaths, "root" | "output" | "tmp" | "cache" | "home">;
  /** `sys.prefix` of the harness' own keyring tool; `null`: the run has none. */
  readonly toolPrefix: string | null;
  /** What Node's `hrtime` said, in milliseconds, when the journal's clock stood at zero. */
  readonly clockOrigin: number;
}

/** What `programs/probe`, `programs/keyring-recorder` and `programs/keyring-watch` write. */
type Line =
  | {
      readonly event: "begin";
      readonly pid: number;
      readonly at: number;
      readonly prefix: string;
      readonly argv: readonly string[];
      /** The call of another command that led to this one. */
      readonly within?: number | null;
      /** `prefix` is the command itself. */
      readonly alone?: boolean;
    }
  /** Ours, by which we know the file again. */
  | { readonly event: "opened"; readonly mark: string }
  | Killed
  | Unstarted
  /** Of a call that went on when the step's command had ended. */
  | { readonly event: "outlived"; readonly pid: number; readonly at: number }
  | { readonly event: "end"; readonly pid: number; readonly at: number; readonly raised: string | null; readonly exit: number | null };

/** A signal ended a process that was a keyring, was below one, or may have been about to become one. */
interface Killed {
  readonly event: "killed";
  readonly pid: number;
  readonly at: number;
  readonly signal: number;
  readonly what: "keyring" | "below" | "start";
  /** Of its command, or, for `start`, of the command that forked it. */
  readonly name: string;
  /** The process of the keyring. */
  readonly call: number | null;
}

/** The step's own command could not be started. */
interface Unstarted {
  readonly event: "unstarted";
  readonly pid: number;
  readonly at: number;
  readonly error: string;
}

/** What was seen from beside a step's command, and no call tells of. */
export type SeenBeside = { readonly step: number } & (Killed | Unstarted);

/** What the journals of a run's steps tell. */
export interface KeyringEvidence {
  /** In the order in which they began. Not redacted. */
  readonly calls: readonly KeyringRecord[];
  /** Ends by a signal that are no call's which began and did not end, and commands that could not be started. */
  readonly beside: readonly SeenBeside[];
  /** When the calls began that went on when their step's command had ended: their end is not theirs but the step's. */
  readonly outlived: ReadonlySet<number>;
}

/** What a step's journal tells. */
export interface StepCalls extends KeyringEvidence {
  /** When the calls began that did not end, by process. */
  readonly running: ReadonlyMap<number, number>;
}

/** The calls in a step's journal. Throws a `SyntaxError` at a line that nothing of ours wrote. */
export function callsIn(text: string, step: number, options: KeyringJournalOptions): StepCalls {
  const beside: SeenBeside[] = [];
  const records: KeyringRecord[] = [];
  const open = new Map<number, number>();
  const ways = new Set<number>();
  const outlived = new Set<number>();
  // A line without its end was cut off by a kill.
  for (const line of text.split("\n").slice(0, -1)) {
    const entry: unknown = JSON.parse(line);
    if (!isLine(entry)) throw new SyntaxError(`a line that is no keyring call: ${line.slice(0, 200)}`);
    if (entry.event === "opened") continue;
    if (entry.event === "killed" || entry.event === "unstarted") {
      beside.push({ ...entry, step });
      continue;
    }
    if (entry.event === "outlived") {
      const going = records[open.get(entry.pid) ?? -1];
      if (going !== undefined) outlived.add(going.at);
      continue;
    }
    if (entry.event === "begin") {
      const outer = entry.within === undefined || entry.within === null ? undefined : open.get(entry.within);
      // One question, asked by way of a script: the keyring that answers is the one to tell of.
      if (outer !== undefined) ways.add(outer);
      open.set(entry.pid, records.length);
      records.push(begun(entry, step, options));
      continue;
    }
    const index = open.get(entry.pid);
    const record = index === undefined ? undefined : records[index];
    if (index === undefined || record === undefined) continue;
    open.delete(entry.pid);
    const durationMs = entry.at - options.clockOrigin - record.at;
    records[index] = { ...record, raised: entry.raised, exit: entry.exit, finished: true, durationMs };
  }
  const running = new Map([...open].map(([pid, index]) => [pid, records[index]?.at ?? 0]));
  const isCall = (entry: SeenBeside): boolean => entry.event === "killed" && entry.call !== null && running.has(entry.call);
  return {
    calls: records.filter((_, index) => !ways.has(index)),
    beside: beside.filter((entry) => !isCall(entry)),
    outlived,
    running,
  };
}

/** A step may write there as well: what has another shape was not the probe. */
function isLine(entry: unknown): entry is Line {
  if (typeof entry !== "object" || entry === null) return false;
  const { event, mark, pid, at, prefix, argv, raised, exit, within = null, alone = false } = entry as Partial<Record<string, unknown>>;
  if (event === "opened") return typeof mark === "string";
  if (typeof pid !== "number" || typeof at !== "number") return false;
  if (event === "outlived") return true;
  if (event === "killed" || event === "unstarted") return isBeside(entry);
  if ((within !== null && typeof within !== "number") || typeof alone !== "boolean") return false;
  if (event === "begin") return typeof prefix === "string" && Array.isArray(argv) && argv.every((word) => typeof word === "string");
  return event === "end" && (raised === null || typeof raised === "string") && (exit === null || typeof exit === "number");
}

function isBeside({ event, error, signal, what, name, call }: Partial<Record<string, unknown>>): boolean {
  if (event === "unstarted") return typeof error === "string";
  const isKnown = what === "keyring" || what === "below" || what === "start";
  return isKnown && typeof signal === "number" && typeof name === "string" && (call === null || typeof call === "number");
}

function begun(entry: Line & { event: "begin" }, step: number, options: KeyringJournalOptions): KeyringRecord {
  const { root } = options.paths;
  return {
    step,
    from: entry.alone === true ? "other" : origin(entry.prefix, options),
    argv: entry.argv,
    raised: null,
    exit: null,
    finished: false,
    prefix: isInside(root, entry.prefix) ? `$WORK${entry.prefix.slice(root.length)}` : entry.prefix,
    at: entry.at - options.clockOrigin,
    durationMs: null,
  };
}

/**
 * Whose keyring it was: an installed tool; something passing of uv's (`uvx keyring`, a build environment) or a Python
 * outside the run; a venv, wherever in the run's folder it is.
 */
function origin(prefix: string, { paths, toolPrefix }: KeyringJournalOptions): KeyringRecord["from"] {
  const tools = [layoutFor(process.platform).uvTools(paths.home), ...(toolPrefix === null ? [] : [toolPrefix])];
  if (tools.some((folder) => isInside(folder, prefix))) return "tool";
  const passing = [paths.cache, paths.tmp].some((folder) => isInside(folder, prefix));
  return isInside(paths.root, prefix) && !passing ? "venv" : "other";
}
