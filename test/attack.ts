import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { RunJson, Verdict } from "../src/index.ts";
import { startCommand } from "./e2e/command.ts";

/**
 * What is attacked: a keyring is asked, an index, and Python builds what was fetched. Left alone it is healthy, and any failure
 * at all would be the bug.
 */
export const ATTACKED = `schema = 1
as-of = "2026-11-01"
title = "Whatever fails is the bug"

[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox", formats = ["sdist"] }]

[keyring]
tool = ["private"]

[venv]
state = "created"

[[step]]
run = "uv pip install --keyring-provider subprocess --index-url https://alice@packages.example.com/simple/ sandbox"
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }
`;

/** What an attacked run came to: its verdict, or the exit status of a command that gave none. */
export type Outcome = Verdict | `ended with ${number | null}`;

export interface Attacked {
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  readonly stderr: string;
  /** How many processes of the run the attacker saw. */
  readonly seen: number;
  /** Whether the attacker met whom it was after. */
  readonly struck: boolean;
}

/** Sees the run's processes in the order in which they come; what it returns is true once it struck. */
export type Attacker = (pids: readonly number[], harness: number) => boolean;

export interface AttackOptions {
  readonly folder: string;
  readonly scenario: string;
  readonly uv: string;
  /** A program and its arguments to run the command line by. */
  readonly as?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the scenario by the command line, and lets the attacker at every process of it. */
export async function attack(attacker: Attacker, { folder, scenario, uv, as = [], env = {} }: AttackOptions): Promise<Attacked> {
  const command = startCommand(["run", scenario, "--uv", uv, "--json"], { env: { TMPDIR: folder, ...env }, as });
  const state = { ended: false };
  void command.finished.finally(() => (state.ended = true));
  const seen = new Set<number>();
  const looked = new Set<number>();
  let struck = false;
  while (!state.ended) {
    for (const pid of processesBelow(command.pid, looked)) seen.add(pid);
    if (!struck && seen.size > 0) struck = attacker([...seen], command.pid);
    await pause(1);
  }
  const { exit, stdout, stderr } = await command.finished;
  const [run] = stdout === "" ? [] : (JSON.parse(stdout) as RunJson).runs;
  return {
    outcome: run?.verdict ?? `ended with ${exit}`,
    reasons: (run?.reasons ?? []).map(({ seen: said }) => said),
    stderr,
    seen: seen.size,
    struck,
  };
}

/** Those that carry the mark of a run and come from a harness. */
function processesBelow(harness: number, looked: Set<number>): number[] {
  const found: number[] = [];
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || looked.has(pid)) continue;
    const environment = readEnvironment(pid);
    // In the middle of an exec it has none.
    if (environment === "") continue;
    looked.add(pid);
    // What prepares a step has the mark as well, and no folder of the run's.
    if (/(?:^|\0)UV_MRE_RUN=run-/.test(environment) && /(?:^|\0)TMPDIR=/.test(environment) && isBelow(harness, pid)) found.push(pid);
  }
  return found;
}

function isBelow(ancestor: number, pid: number): boolean {
  for (let at = pid; at > 1; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}

/** 0: it is gone. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}

function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}
