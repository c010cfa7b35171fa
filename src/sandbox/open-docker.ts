import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, open, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { openFolder } from "../disk/folder.ts";
import type { StartContainer } from "../observation/container.ts";
import type { ProcessEnd, RunProcess } from "../observation/process.ts";
import { containerSpec, type ContainerWalls } from "./container-spec.ts";
import { bySignal } from "./exit-of-command.ts";
import type { Enclosed, Inside, Room, RoomOptions, Sandbox, View } from "./model.ts";
import { byHand, nameless, readStart, runEnclosed } from "./run-inside.ts";
import { seccompProgram } from "./seccomp.ts";
import { holdSockets } from "./sockets.ts";

export interface DockerOptions {
  readonly startContainer: StartContainer;
  /** Folder with the programs of the sandbox. */
  readonly programs: string;
  /** Absolute path of a Python. */
  readonly python: string;
  /** For our own work. */
  readonly run: RunProcess;
}

/** Of root's runs; no account has it, and no range of numbers that is given to users holds it. */
const NOBODY_ELSE = 2_000_000_000;

/** Runs commands in one container for each run, whose file system is this machine's, read-only. */
export function openDocker(options: DockerOptions): Sandbox {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const user = uid === 0 ? { uid: NOBODY_ELSE, gid: NOBODY_ELSE } : { uid, gid };
  return { kind: "docker", user: user.uid, layered: [], open: (room) => openRoom({ ...options, ...room, user, isRoot: uid === 0 }) };
}

interface Opening extends DockerOptions, RoomOptions {
  readonly user: ContainerWalls["user"];
  readonly isRoot: boolean;
}

async function openRoom(opening: Opening): Promise<Room> {
  const { startContainer, python, programs, start, folder, isRoot } = opening;
  const place = path.join(folder, `room-${randomBytes(8).toString("hex")}`);
  const meeting = path.join(place, "inside");
  await mkdir(meeting, { recursive: true });
  const filter = seccompProgram(process.arch);
  if (filter !== null) await writeFile(path.join(meeting, "seccomp"), filter);
  const view = await opening.view;
  for (const journal of view.journals) await (await open(journal, "a", 0o600)).close();
  if (isRoot) await handOver(opening, view);
  // The folder that hides this one takes its mode.
  await chmod(view.hidden, 0o755);
  let container: AsyncDisposable | null = null;
  const close = async (): Promise<void> => {
    await container?.[Symbol.asyncDispose]();
    await rm(place, { recursive: true, force: true });
  };
  const network = await holdSockets({
    start,
    file: python,
    args: ["-ISEB", path.join(programs, "relay.py"), "."],
    cwd: place,
    outputDir: folder,
    async ready() {
      container = await startContainer(containerSpec({ ...opening, view, meeting }));
      await chmod(view.hidden, 0o700);
    },
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const inside = async (meant: Inside, output: string): Promise<Enclosed> => {
    if (isRoot) await handOver(opening, view);
    return enclose(opening, place, meant, output);
  };
  return {
    network,
    runProcess: (run, journalOf) => runEnclosed(run, journalOf, inside),
    enclose: byHand(inside, { python, folder }),
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await close();
    },
  };
}

/** What root wrote belongs to the user inside; between commands, when nothing runs there. */
async function handOver({ run, user, folder }: Opening, { root, fixed, hidden, journals }: View): Promise<void> {
  await chmod(root, 0o711);
  for (const journal of journals) await chown(journal, user.uid, user.gid);
  const places = ["home", "project", "tmp"].map((name) => path.join(root, name)).filter((place) => existsSync(place));
  const given = [...places, ...fixed].filter((place) => path.basename(place) !== "owner.json" && place !== hidden);
  const args = ["-hR", "--from=0:0", `${user.uid}:${user.gid}`, "--", ...given];
  const asked = { file: "/bin/chown", args, cwd: "/", env: {}, stdin: null, timeoutMs: 60_000, outputDir: folder };
  const { exit, stderr, spawnError } = await run(asked);
  if (exit !== 0) throw new Error(`the run's files cannot be given to the user inside: ${spawnError ?? stderr.trim().split("\n")[0]}`);
}

/** What has a command started in the container. */
async function enclose({ python, programs }: Opening, place: string, meant: Inside, output: string): Promise<Enclosed> {
  const [status, request] = await Promise.all([nameless(output), nameless(output)]);
  const { file, args, cwd, env } = meant;
  await request.write(JSON.stringify({ file, args, cwd, env }), 0);
  return {
    file: python,
    args: ["-ISEB", path.join(programs, "enter.py"), "enter"],
    env: {},
    cwd: place,
    isContained: true,
    descriptors: [status.fd, request.fd],
    async settle(end) {
      const said = await readStart(status);
      if (said === "") await untilIdle(place);
      return endingOf(said, end);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([status.close(), request.close()]);
    },
  };
}

/** How a command ended, by what `container.py` said; nothing where the starter was killed. */
function endingOf(said: string, starter: ProcessEnd): ProcessEnd & { readonly spawnError?: string } {
  const [, word = "", rest = ""] = /^(\w+) (.*)$/s.exec(said) ?? [];
  if (word === "exit") return { exit: Number(rest), signal: null };
  if (word === "signal") return bySignal(Number(rest));
  if (word === "fault") return { exit: 127, signal: null, spawnError: rest };
  return starter.exit === null ? starter : { ...starter, spawnError: "the container does not answer" };
}

/** Resolves when the container has ended what it ran, or is gone. */
async function untilIdle(place: string): Promise<void> {
  await using folder = await openFolder(place);
  await new Promise<void>((resolve) => {
    // A path may be longer than a socket's may be.
    const connection = connect(folder.at("enter"), () => connection.write("idle"));
    connection.resume();
    connection.on("error", () => undefined);
    connection.on("close", () => resolve());
  });
}
