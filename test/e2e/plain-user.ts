import { execFileSync } from "node:child_process";
import { BIN } from "./command.ts";

/** A user whom the tests run the command as. */
export interface Who {
  readonly name: "root" | "a plain user";
  /** What starts a command as this user. */
  readonly as: readonly string[];
  readonly id: number;
  /** `null`: the first on PATH. */
  readonly python: string | null;
}

const NOBODY = 65_534;
const PYTHON = "/usr/bin/python3";
const AS_NOBODY = ["/usr/bin/setpriv", "--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups"];

/** The same with a group more, as those have who may use Docker. */
export function inGroup({ as, ...who }: Who, group: number): Who {
  return { ...who, as: as.flatMap((word) => (word === "--clear-groups" ? ["--groups", String(group)] : [word])) };
}

/** Whoever runs the tests and, where that is root, a user without any rights. */
export function testUsers(): Who[] {
  const id = process.getuid?.() ?? 0;
  if (id !== 0) return [{ name: "a plain user", as: [], id, python: null }];
  const root: Who = { name: "root", as: [], id, python: null };
  return nobodyCan() ? [root, { name: "a plain user", as: AS_NOBODY, id: NOBODY, python: PYTHON }] : [root];
}

/** Whether that user can start the command under test, and has a Python. */
function nobodyCan(): boolean {
  try {
    const [file = "", ...args] = AS_NOBODY;
    execFileSync(file, [...args, process.execPath, BIN, "--version"], { stdio: "ignore" });
    execFileSync(file, [...args, PYTHON, "--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
