import type { ProcessIdentity } from "../../observation/process.ts";
import type { KeyringTool } from "../../workspace/keyring-tool.ts";
import type { InterpreterAnswers } from "../../workspace/venv.ts";
import type { Harness } from "./harness.ts";

/** What runs need of their harness and its users do not. */
export interface Machinery {
  readonly identity: ProcessIdentity;
  /** Carried by every process of `Harness.run`. */
  readonly tag: string;
  /** The harness's own folder, which goes with it. */
  readonly folder: string;
  /** Installed and checked byte for byte once, by what is in them. */
  readonly tools: Map<string, Promise<KeyringTool>>;
  readonly interpreters: InterpreterAnswers;
}

const known = new WeakMap<Harness, Machinery>();

export function equip(harness: Harness, machinery: Machinery): Harness {
  known.set(harness, machinery);
  return harness;
}

export function machineryOf(harness: Harness): Machinery {
  const machinery = known.get(harness);
  if (machinery === undefined) throw new Error("this is no harness that openHarness has opened, but a copy of one");
  return machinery;
}
