import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ProcessResult } from "../observation/process.ts";
import { UserError } from "../scenario/error.ts";
import { callTool } from "../tool/call.ts";
import { blamesTheNetwork, complaintOf } from "../tool/complaint.ts";
import { groupsWithoutRepeats, parseClosure, type Pin, pinName, projectOf } from "./requirement.ts";
import type { BuildRule, Tools } from "./tools.ts";

/** The oldest Python that a closure is resolved for; newer ones where a package asks for them. */
const OLDEST_MINOR = 8;

export interface Closure {
  readonly pins: readonly Pin[];
  /** 9: it holds from Python 3.9 up. */
  readonly oldestMinor: number;
}

/**
 * Everything that the requirements need, on every platform and from the oldest possible Python up, so that one
 * scenario sees the same files whatever Python runs it.
 *
 * Requirements are resolved together, as a project would; where that is impossible (two versions of one project,
 * or a conflict that the scenario may be about) each on its own.
 *
 * @throws UserError naming the requirements, if there is no network or no solution; `NeedsBuild` where `wheelsOnly` leaves none.
 */
export async function resolveClosure(
  tools: Tools & BuildRule,
  requirements: readonly string[],
  asOf: string,
  workFolder: string,
): Promise<Closure> {
  const pins = new Map<string, Pin>();
  let oldestMinor = Infinity;
  const add = (found: Closure): void => {
    for (const pin of found.pins) pins.set(pinName(pin), pin);
    oldestMinor = Math.min(oldestMinor, found.oldestMinor);
  };
  for (const group of groupsWithoutRepeats(requirements, projectOf)) {
    const together = await compile(tools, group, asOf, workFolder);
    if (together.ok) add(together);
    else if (group.length === 1 || blamesTheNetwork(together.failure)) throw cannotResolve(group, asOf, together.failure);
    else {
      for (const requirement of group) {
        const alone = await compile(tools, [requirement], asOf, workFolder);
        if (!alone.ok) throw cannotResolve([requirement], asOf, alone.failure);
        add(alone);
      }
    }
  }
  return { pins: [...pins.values()].sort((a, b) => (pinName(a) < pinName(b) ? -1 : 1)), oldestMinor };
}

const FLAGS = ["--quiet", "--no-header", "--no-annotate", "--generate-hashes", "--upgrade"];

type Compiled = ({ readonly ok: true } & Closure) | { readonly ok: false; readonly failure: ProcessResult };

async function compile(tools: Tools & BuildRule, requirements: readonly string[], asOf: string, workFolder: string): Promise<Compiled> {
  const input = join(workFolder, "requirements.in");
  const output = join(workFolder, "requirements.txt");
  await writeFile(input, `${requirements.join("\n")}\n`);
  const python = tools.python.file;
  let failure: ProcessResult | null = null;
  for (const minor of minorsUpTo(tools.python.version)) {
    const rule = tools.wheelsOnly ? ["--no-build"] : [];
    const when = ["--exclude-newer", endOfDay(asOf), "--python", python, "--python-version", `3.${minor}`];
    const command = ["pip", "compile", input, "--output-file", output, ...FLAGS, ...rule, "--universal", ...when];
    const result = await callTool(tools, workFolder, [tools.uv, ...command]);
    if (result.exit === 0) return { ok: true, pins: parseClosure(await readFile(output, "utf8")), oldestMinor: minor };
    failure = result;
    // Only a package that wants a newer Python is helped by trying one.
    if (blamesTheNetwork(result) || !/python/i.test(result.stderr)) break;
  }
  if (failure === null) throw new Error(`no Python to resolve for: ${tools.python.version}`);
  return { ok: false, failure };
}

/** `3.11.7` → 8, 9, 10, 11. */
function minorsUpTo(version: string): number[] {
  const minor = Number(version.split(".")[1]);
  const first = Math.min(OLDEST_MINOR, minor);
  return Array.from({ length: minor - first + 1 }, (_, offset) => first + offset);
}

/** Throws `UserError` for a date that is yet to come. */
export function refuseFuture(asOf: string): void {
  if (Date.parse(asOf) > Date.now()) throw new UserError(`as-of = "${asOf}" lies in the future: nothing can be pinned by it`);
}

/** uv reads a bare date in the machine's own time zone. */
export function endOfDay(asOf: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(asOf) ? `${asOf}T23:59:59Z` : asOf;
}

/** What has no wheel, where none of its code may run. */
export class NeedsBuild extends UserError {
  readonly requirements: readonly string[];
  readonly what: string;
  /** What the tool said of it, from a new line on; may be empty. */
  readonly details: string;

  constructor(requirements: readonly string[], details: string) {
    const what = `${requirements.join(", ")} cannot be had by wheels alone, and an sdist's build code would run with your rights`;
    super(what + details);
    this.requirements = requirements;
    this.what = what;
    this.details = details;
  }
}

export function cannotResolve(requirements: readonly string[], asOf: string, failure: ProcessResult): UserError {
  const names = requirements.join(", ");
  if (failure.stderr.includes("--no-build")) return new NeedsBuild(requirements, `\n${complaintOf(failure)}`);
  const what = blamesTheNetwork(failure)
    ? `${names}: not in the cache yet, and PyPI (or the mirror that uv is set up for) cannot be reached`
    : `${names}: uv finds no solution as of ${asOf}`;
  return new UserError(`${what}\n${complaintOf(failure)}`);
}
