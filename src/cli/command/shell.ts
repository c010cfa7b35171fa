import { existsSync } from "node:fs";
import { commandLine } from "../../report/command-line.ts";
import { eventWords } from "../../report/timeline-text.ts";
import { loadScenarios } from "../../run/load.ts";
import { openShell } from "../../run/shell.ts";
import { oneRelease } from "../../run/one-release.ts";
import { UserError } from "../../scenario/error.ts";
import { parseBackend } from "../backend.ts";
import { paintFor } from "../render/paint.ts";
import { readStdin, withSession } from "../session.ts";

/** `uv-mre shell`: exits with the shell's own status. */
export async function shellCommand(file: string, options: { uv: string; backend?: string; python?: string }): Promise<number> {
  const backend = parseBackend(options.backend);
  const [scenario, ...others] = await loadScenarios([file], readStdin);
  if (scenario === undefined || others.length > 0) throw new UserError(`${file}: name one scenario`);
  return withSession({ python: options.python ?? null }, async ({ harness, signal }) => {
    const uv = await oneRelease(harness, scenario, "--uv", options.uv);
    const release = await harness.release(uv);
    const paint = paintFor(process.stderr, process.env);
    // Ctrl-C belongs to what runs in the shell.
    const ignore = (): void => {};
    process.on("SIGINT", ignore);
    try {
      return await openShell(harness, scenario, release, {
        backend,
        shell: existsSync("/bin/bash") ? "/bin/bash" : "/bin/sh",
        args: existsSync("/bin/bash") ? ["--norc", "--noprofile"] : [],
        signal,
        onEvent: (event) => process.stderr.write(`${paint.dim(eventWords(event))}\n`),
        onReady({ folder, commands }) {
          console.error(`uv ${release.version} in ${folder}; \`exit\` ends it and removes the folder.\nThe scenario's steps:`);
          for (const argv of commands) console.error(`  ${commandLine(argv)}`);
        },
      });
    } finally {
      process.off("SIGINT", ignore);
    }
  });
}
