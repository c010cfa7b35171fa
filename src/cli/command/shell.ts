import { existsSync } from "node:fs";
import { eventWords } from "../../report/timeline-text.ts";
import { visible } from "../../observation/visible-text.ts";
import { openShell } from "../../run/one-run/shell.ts";
import { oneRelease } from "../../run/matrix/one-release.ts";
import { parseBackend } from "../backend.ts";
import { note } from "../output-streams.ts";
import { guardOutside, sandboxOption, type SandboxOptions } from "../sandbox.ts";
import { paintFor } from "../render/paint.ts";
import { readOneScenario } from "../scenario-files.ts";
import { type MachineOptions, machineOptions, withSession } from "../session.ts";

/** `uv-mre shell`: exits with the shell's own status. */
export async function shellCommand(
  file: string,
  options: { uv: string; backend?: string } & SandboxOptions & MachineOptions,
): Promise<number> {
  const backend = parseBackend(options.backend);
  const scenario = await readOneScenario(file, options);
  const opened = { ...machineOptions(options), ...sandboxOption(options) };
  return withSession(opened, async ({ harness, signal, handOverKeyboard }) => {
    await guardOutside(harness, [scenario], options);
    const uv = await oneRelease(harness, scenario, "--uv", options.uv);
    const release = await harness.release(uv);
    const paint = paintFor(process.stderr, process.env);
    handOverKeyboard();
    return openShell(harness, scenario, release, {
      backend,
      shell: existsSync("/bin/bash") ? "/bin/bash" : "/bin/sh",
      args: existsSync("/bin/bash") ? ["--norc", "--noprofile"] : [],
      signal,
      onEvent: (event) => note(paint.dim(eventWords(event))),
      onReady({ folder, commands, variables }) {
        console.error(`uv ${release.version} in ${folder}; \`exit\` ends it and removes the folder.\nThe scenario's steps:`);
        for (const command of commands) console.error(`  ${visible(command)}`);
        if (variables.length > 0) console.error("The secrets of this run, in the environment:");
        for (const { variable, kind, name } of variables)
          console.error(`  ${variable}  the password of ${visible(name)}${kind === "good" ? "" : " that the index refuses"}`);
      },
    });
  });
}
