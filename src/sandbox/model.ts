import type { Layer } from "./layers.ts";
import type { ProcessEnd, RunProcess, StartChannel } from "../observation/process.ts";

/** What is asked for; `auto`: the best that works here. */
export const SANDBOX_CHOICES = ["auto", "bwrap", "docker", "none"] as const;
export type SandboxChoice = (typeof SANDBOX_CHOICES)[number];
export type SandboxKind = Exclude<SandboxChoice, "auto">;

/** What a run may need of a sandbox beyond walls: a Python that it can install into. */
export type SandboxNeed = "own-python";

/**
 * What a step sees of a run, and of the machine. All paths are absolute, and the same inside, but for the run's folder and what
 * is in it.
 */
export interface View {
  /** The run's folder, the only place of the machine that can be written to. */
  readonly root: string;
  /** Where that is inside. */
  readonly seenRoot: string;
  /** What in it cannot. Every one exists. */
  readonly fixed: readonly string[];
  /** A folder in it that is empty to the steps, but for the journal of the step. */
  readonly hidden: string;
  /** The journals of all steps, in that folder. */
  readonly journals: readonly string[];
  /** What else can be read: the uv under test, the Python, the keyring tool. What does not exist is left out. */
  readonly readable: readonly string[];
  /** Folders of the machine that the run can write to, without changing them. */
  readonly layers: readonly Layer[];
  /** The folder that is `/etc`, as `writeEtc` makes it. */
  readonly etc: string;
}

/** Where a place of the machine is inside. */
export function seenIn({ root, seenRoot }: Pick<View, "root" | "seenRoot">, place: string): string {
  return place === root || place.startsWith(`${root}/`) ? seenRoot + place.slice(root.length) : place;
}

/** A way to run commands apart from the machine. */
export interface Sandbox {
  readonly kind: Exclude<SandboxKind, "none">;
  /** The number of the user that commands are inside. */
  readonly user: number;
  /** Folders of the machine that each run needs a layer of its own over. */
  readonly layered: readonly string[];
  open(options: RoomOptions): Promise<Room>;
}

export interface RoomOptions {
  readonly start: StartChannel;
  /** Where something listens, whatever the address. */
  readonly ports: readonly number[];
  readonly view: Promise<View>;
  /** An existing folder, ours alone, for files that go with the room. */
  readonly folder: string;
}

/** Where the commands of one run are, with a network of its own; nothing of it is left once it is disposed of. */
export interface Room extends AsyncDisposable {
  readonly network: RoomSockets;
  /** Runs commands inside; `run` starts what builds their walls, `journalOf` says what a command may write to in the hidden folder. */
  runProcess(run: RunProcess, journalOf: () => string | null): RunProcess;
  /** What starts a program for the user's hands; with a terminal of its own where ours is one. */
  enclose(inside: Inside, isTerminal: boolean): Promise<Enclosed>;
}

/** Sockets of a network in which whoever has them answers every address, as Node's own handles. */
export interface RoomSockets {
  /** A server takes them in `listen`. */
  readonly listeners: readonly { readonly port: number; readonly handle: object }[];
  /** For DNS questions; a datagram socket takes it in `bind`. */
  readonly names: object;
}

/** A command as it is meant, with the paths that it has inside. */
export interface Inside {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The file in the hidden folder that the step may write to, as it is outside; `null`: none. */
  readonly journal: string | null;
}

/** A command as it is started outside. Dispose of it when it has ended. */
export interface Enclosed extends AsyncDisposable {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly descriptors: readonly number[];
  readonly isContained: true;
  /** Resolves when nothing of it is left. */
  settle(end: ProcessEnd): Promise<ProcessEnd & { readonly spawnError?: string }>;
}

/** A sandbox, or the one line that says why there is none. */
export type FoundSandbox = { readonly sandbox: Sandbox } | { readonly sandbox: null; readonly why: string };
