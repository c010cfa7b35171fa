import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { release } from "node:os";
import path from "node:path";
import { localDocker } from "../../backend/docker.ts";
import { OWNER_LABEL, sweepContainers } from "../../backend/sweep.ts";
import { createRunProcess } from "../../process/run-process.ts";
import { createStartChannel } from "../../process/start-channel.ts";
import { NAMESPACES } from "../../sandbox/holder.ts";
import type { FoundSandbox, Sandbox, SandboxChoice, SandboxNeed } from "../../sandbox/model.ts";
import { openDocker } from "../../sandbox/open-docker.ts";
import { findSystemTool, openSandbox } from "../../sandbox/open-sandbox.ts";
import { trySandbox } from "../../sandbox/try-sandbox.ts";
import { type Fault, whyUnavailable } from "../../sandbox/why-unavailable.ts";
import { UserError } from "../../scenario/error.ts";
import { packagePlaces } from "../../uv/package-places.ts";
import { programsFolder } from "../programs.ts";
import { fetchBubblewrap } from "./fetch-bubblewrap.ts";
import { machineryOf } from "./machinery.ts";
import type { Harness } from "./harness.ts";
import { isAtLeast } from "../../sandbox/version-at-least.ts";
import { seenOfPython } from "./seen-python.ts";
import { noteDocker } from "./sweep-leftovers.ts";

/** Has `--disable-userns`. */
const OLDEST_BWRAP = [0, 8] as const;
/** Has `--overlay`. */
const OLDEST_WITH_LAYERS = [0, 11] as const;

/**
 * The best sandbox that works here, which the very arguments have shown that runs will use; that it works is remembered
 * for this boot of the machine, until a run finds that it does no more.
 */
export async function findSandbox(
  choice: Exclude<SandboxChoice, "none">,
  need: SandboxNeed | undefined,
  harness: Harness,
  folder: string,
): Promise<FoundSandbox> {
  if (need === "own-python" && choice === "docker") return { sandbox: null, why: "--sandbox docker" };
  const faults: Fault[] = [];
  for (const kind of choice !== "auto" ? [choice] : need === undefined ? (["bwrap", "docker"] as const) : (["bwrap"] as const)) {
    try {
      if (process.platform !== "linux") throw new Error("only Linux has one");
      return { sandbox: await WORKING[kind](harness, folder, need) };
    } catch (error) {
      const { message } = error as Error;
      // What the user can mend is said there.
      faults.push({ kind, fault: message.split("\n")[0] ?? message, isPlain: error instanceof UserError });
    }
  }
  const why = await whyUnavailable(faults);
  if (choice !== "auto") throw new UserError(`--sandbox ${choice}: ${why}`);
  return { sandbox: null, why };
}

const WORKING = { bwrap: workingBubblewrap, docker: workingDocker } as const satisfies Readonly<
  Record<Sandbox["kind"], (harness: Harness, folder: string, need: SandboxNeed | undefined) => Promise<Sandbox>>
>;

async function workingBubblewrap(harness: Harness, folder: string, need: SandboxNeed | undefined): Promise<Sandbox> {
  const python = await harness.python();
  const layered = need === "own-python" ? await packagePlaces(python, { run: harness.run, folder }) : [];
  const system = await findSystemTool("bwrap");
  const memoryOf = (bwrap: string): Promise<string> => memoryFile(harness, [bwrap, python.file], ["bwrap", ...layered]);
  const oldest = layered.length > 0 ? OLDEST_WITH_LAYERS : OLDEST_BWRAP;
  // One that has worked needs no look at its version, which would cost a process.
  const isFit = async (bwrap: string): Promise<boolean> =>
    (await isKnown(await memoryOf(bwrap))) || (await isRecent(bwrap, oldest, harness, folder));
  const bwrap = system !== null && (await isFit(system)) ? system : await ownBubblewrap(harness, folder);
  const programs = path.join(programsFolder(), "sandbox");
  const sandbox = await openSandbox({ bwrap, programs, python: python.file, folder, layered });
  return tried(sandbox, harness, folder, await memoryOf(bwrap));
}

async function workingDocker(harness: Harness, folder: string): Promise<Sandbox> {
  const docker = await localDocker(harness.env);
  const { identity } = machineryOf(harness);
  await noteDocker(folder);
  await sweepContainers(docker, identity);
  const { file } = await harness.python();
  const { createStartContainer } = await import("../../backend/run-container.ts");
  const sandbox = openDocker({
    startContainer: createStartContainer(docker, { [OWNER_LABEL]: identity.token }),
    programs: path.join(programsFolder(), "sandbox"),
    python: file,
    run: harness.run,
  });
  return tried(sandbox, harness, folder, await memoryFile(harness, [file], ["docker"]));
}

async function isKnown(memory: string): Promise<boolean> {
  return (await readFile(memory, "utf8").catch(() => "")) === "works";
}

/** Once it has run a command here; where that is not remembered. */
async function tried(sandbox: Sandbox, harness: Harness, folder: string, memory: string): Promise<Sandbox> {
  if (await isKnown(memory)) return forgetting(sandbox, memory);
  const tag = `trial-${randomBytes(8).toString("hex")}`;
  await trySandbox(sandbox, {
    start: createStartChannel({ tag }),
    run: createRunProcess({ tag, seal: machineryOf(harness).identity.seal }),
    folder,
    readable: seenOfPython(await harness.python()),
  });
  await remember(memory);
  return forgetting(sandbox, memory);
}

/** Where it cannot be kept, the next start tries again. */
async function remember(memory: string): Promise<void> {
  await mkdir(path.dirname(memory), { recursive: true })
    .then(() => writeFile(memory, "works"))
    .catch(() => undefined);
}

/** A sandbox that is tried again by the next start once it could not be opened: the machine's rules may have changed since. */
function forgetting(sandbox: Sandbox, memory: string): Sandbox {
  return {
    ...sandbox,
    open: (options) =>
      sandbox.open(options).catch(async (error: unknown) => {
        await rm(memory, { force: true }).catch(() => undefined);
        throw error;
      }),
  };
}

/** Our own bwrap, unless nothing that it needs is granted here: then nothing is fetched. */
async function ownBubblewrap(harness: Harness, folder: string): Promise<string> {
  const unshare = await findSystemTool("unshare");
  if (unshare === null) throw new Error("the system has no unshare (util-linux)");
  // What runs will use is tried in any case; this spares the fetching.
  const memory = await memoryFile(harness, [unshare], ["namespaces"]);
  if (await isKnown(memory)) return fetchBubblewrap(harness);
  const asked = { file: unshare, args: [...NAMESPACES, "--", "true"], cwd: folder, env: {}, stdin: null, timeoutMs: 10_000 };
  const { exit, stderr, spawnError } = await harness.run({ ...asked, outputDir: folder });
  if (exit !== 0) throw new Error(spawnError ?? (stderr.trim() || "unshare grants no namespaces"));
  await remember(memory);
  return fetchBubblewrap(harness);
}

async function isRecent(file: string, oldest: readonly [number, number], harness: Harness, folder: string): Promise<boolean> {
  const asked = { file, args: ["--version"], cwd: folder, env: {}, stdin: null, timeoutMs: 10_000, outputDir: folder };
  const { stdout } = await harness.run(asked);
  return isAtLeast(/\d+\.\d+/.exec(stdout)?.[0] ?? "", oldest);
}

async function memoryFile(harness: Harness, tools: readonly string[], use: readonly string[]): Promise<string> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  // A container that has the same cache may not have the same rights.
  const place = await readlink("/proc/self/ns/user").catch(() => "");
  const stamps = await Promise.all(tools.map(async (tool) => `${tool} ${(await stat(tool)).mtimeMs}`));
  const key = JSON.stringify([harness.version, boot, place, release(), process.getuid?.(), use, harness.baseDir, stamps]);
  return path.join(harness.cacheDir, "sandbox", createHash("sha256").update(key).digest("hex").slice(0, 16));
}
