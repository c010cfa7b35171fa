import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { release } from "node:os";
import path from "node:path";
import { localDocker } from "../../backend/docker.ts";
import { OWNER_LABEL, sweepContainers } from "../../backend/sweep.ts";
import { createRunProcess } from "../../process/run-process.ts";
import { createStartChannel } from "../../process/start-channel.ts";
import type { FoundSandbox, Sandbox, SandboxChoice } from "../../sandbox/model.ts";
import { openDocker } from "../../sandbox/open-docker.ts";
import { findSystemTool, openSandbox } from "../../sandbox/open-sandbox.ts";
import { trySandbox } from "../../sandbox/try-sandbox.ts";
import { whyNot } from "../../sandbox/why-not.ts";
import { UserError } from "../../scenario/error.ts";
import { programsFolder } from "../programs.ts";
import { fetchBubblewrap } from "./fetch-bubblewrap.ts";
import { machineryOf } from "./machinery.ts";
import type { Harness } from "./harness.ts";
import { isSince } from "../../sandbox/since.ts";
import { seenOfPython } from "./seen-python.ts";
import { noteDocker } from "./sweep-leftovers.ts";

/** Has `--disable-userns`. */
const OLDEST_BWRAP = [0, 8] as const;

/**
 * The best sandbox that works here, which the very arguments have shown that runs will use; that it works is remembered
 * for this boot of the machine.
 */
export async function findSandbox(choice: Exclude<SandboxChoice, "none">, harness: Harness, folder: string): Promise<FoundSandbox> {
  const faults: { kind: Sandbox["kind"]; fault: string }[] = [];
  for (const kind of choice === "auto" ? (["bwrap", "docker"] as const) : [choice]) {
    try {
      if (process.platform !== "linux") throw new Error("only Linux has one");
      return { sandbox: await WORKING[kind](harness, folder) };
    } catch (error) {
      const { message } = error as Error;
      faults.push({ kind, fault: message.split("\n")[0] ?? message });
    }
  }
  const why = await whyNot(faults);
  if (choice !== "auto") throw new UserError(`--sandbox ${choice}: ${why}`);
  return { sandbox: null, why };
}

const WORKING = { bwrap: workingBubblewrap, docker: workingDocker } as const satisfies Readonly<
  Record<Sandbox["kind"], (harness: Harness, folder: string) => Promise<Sandbox>>
>;

async function workingBubblewrap(harness: Harness, folder: string): Promise<Sandbox> {
  const python = await harness.python();
  const programs = path.join(programsFolder(), "sandbox");
  const open = (bwrap: string): Promise<Sandbox> => openSandbox({ bwrap, programs, python: python.file, folder });
  const system = await findSystemTool("bwrap");
  // One that has worked needs no look at its version, which would cost a process.
  if (system !== null && (await isKnown(await memoryFile(harness, [system, python.file])))) return open(system);
  const bwrap = system !== null && (await isRecent(system, harness, folder)) ? system : await fetchBubblewrap(harness);
  return tried(await open(bwrap), harness, folder, await memoryFile(harness, [bwrap, python.file]));
}

async function workingDocker(harness: Harness, folder: string): Promise<Sandbox> {
  const docker = await localDocker(harness.env);
  const { ownership } = machineryOf(harness);
  await noteDocker(folder);
  await sweepContainers(docker, ownership);
  const { file } = await harness.python();
  const { createStartContainer } = await import("../../backend/run-container.ts");
  const sandbox = openDocker({
    startContainer: createStartContainer(docker, { [OWNER_LABEL]: ownership.token }),
    programs: path.join(programsFolder(), "sandbox"),
    python: file,
    run: harness.run,
  });
  return tried(sandbox, harness, folder, await memoryFile(harness, [file], "docker"));
}

async function isKnown(memory: string): Promise<boolean> {
  return (await readFile(memory, "utf8").catch(() => "")) === "works";
}

/** Once it has run a command here; where that is not remembered. */
async function tried(sandbox: Sandbox, harness: Harness, folder: string, memory: string): Promise<Sandbox> {
  if (await isKnown(memory)) return sandbox;
  const marker = `trial-${randomBytes(8).toString("hex")}`;
  await trySandbox(sandbox, {
    start: createStartChannel({ marker }),
    run: createRunProcess({ marker, seal: machineryOf(harness).ownership.seal }),
    folder,
    readable: seenOfPython(await harness.python()),
  });
  // Where it cannot be kept, the next start tries again.
  await mkdir(path.dirname(memory), { recursive: true })
    .then(() => writeFile(memory, "works"))
    .catch(() => undefined);
  return sandbox;
}

async function isRecent(file: string, harness: Harness, folder: string): Promise<boolean> {
  const asked = { file, args: ["--version"], cwd: folder, env: {}, stdin: null, timeoutMs: 10_000, outputDir: folder };
  const { stdout } = await harness.run(asked);
  return isSince(/\d+\.\d+/.exec(stdout)?.[0] ?? "", OLDEST_BWRAP);
}

async function memoryFile(harness: Harness, tools: readonly string[], kind = "bwrap"): Promise<string> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  // A container that has the same cache may not have the same rights.
  const place = await readlink("/proc/self/ns/user").catch(() => "");
  const stamps = await Promise.all(tools.map(async (tool) => `${tool} ${(await stat(tool)).mtimeMs}`));
  const key = JSON.stringify([harness.version, boot, place, release(), process.getuid?.(), kind, stamps]);
  return path.join(harness.cacheDir, "sandbox", createHash("sha256").update(key).digest("hex").slice(0, 16));
}
