import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What `ps` prints on a Unix without `/proc`; `null` where it finds no process. */
export async function askPs(args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("/bin/ps", args, { env: { LC_ALL: "C", TZ: "UTC" }, maxBuffer: 100_000_000 });
    return stdout;
  } catch (error) {
    if (error instanceof Error && "code" in error && typeof error.code === "number") return null;
    throw error;
  }
}

/** The processes of `ps axeww -o pid=,command=` with that assignment in their environment, ourselves excepted. */
export function pidsWith(assignment: string, text: string): number[] {
  const found: number[] = [];
  for (const line of text.split("\n")) {
    // The environment follows the arguments, set apart by blanks.
    const match = /^\s*(\d+) (.*)$/.exec(line);
    if (match === null || Number(match[1]) === process.pid) continue;
    if (` ${match[2]} `.includes(` ${assignment} `)) found.push(Number(match[1]));
  }
  return found;
}
