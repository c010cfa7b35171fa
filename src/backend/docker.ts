import { existsSync } from "node:fs";
import { connect } from "node:net";
import { homedir } from "node:os";
import path from "node:path";
import type { ContainerRuntimeClient } from "testcontainers";
import { UserError } from "../scenario/error.ts";

/** dockerode, as testcontainers has set it up: it found the daemon, wherever it is. */
export type Docker = ContainerRuntimeClient["container"]["dockerode"];

export const HOW_TO_GET_DOCKER = "install Docker and start it (on Debian, as root: docker/setup.sh)";

const INSTALL_TESTCONTAINERS =
  "npm install testcontainers, with --global where uv-mre is global (--backend pypiserver needs neither it nor Docker)";

/**
 * The daemon that testcontainers finds. Throws a `UserError` of one line where there is none, which ends in the
 * `alternative`.
 */
export async function connectDocker(alternative = ""): Promise<ContainerRuntimeClient> {
  const { getContainerRuntimeClient } = await loadTestcontainers();
  try {
    return await getContainerRuntimeClient();
  } catch {
    throw new UserError(`Docker is needed, but ${await whyNoDocker(process.env)}: ${HOW_TO_GET_DOCKER}${alternative}`);
  }
}

/**
 * A daemon that has this machine's files and users, and refuses system calls as Docker does unless told otherwise. Throws
 * an error of one line where there is none.
 */
export async function localDocker(env: Readonly<NodeJS.ProcessEnv>): Promise<Docker> {
  // Before testcontainers is loaded, which takes its time.
  const isNamed = (env["DOCKER_HOST"] ?? "") !== "" || existsSync(path.join(homedir(), ".testcontainers.properties"));
  if (!isNamed && !usualSockets(env).some((socket) => existsSync(socket))) throw new Error(await whyNoDocker(env));
  const docker = (await connectDocker()).container.dockerode;
  if (!isThroughSocket(docker)) throw new Error("the daemon is elsewhere, and has not this machine's files (DOCKER_HOST)");
  const { SecurityOptions = [] } = (await docker.info()) as { SecurityOptions?: string[] };
  const has = (name: string): boolean => SecurityOptions.some((option) => option.split(",")[0] === `name=${name}`);
  if (has("rootless") || has("userns")) throw new Error("the daemon has other users than this machine (rootless, or userns-remap)");
  if (!has("seccomp")) throw new Error("the daemon refuses no system calls (its seccomp is off)");
  return docker;
}

/** Whether a daemon is reached by a socket of this machine. */
export function isThroughSocket({ modem }: Docker): boolean {
  return "socketPath" in modem && modem.socketPath !== undefined;
}

/** It is not installed with us: most of what it brings serves containers alone. */
async function loadTestcontainers(): Promise<typeof import("testcontainers")> {
  return await import("testcontainers").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UserError(`the container backend needs testcontainers: ${INSTALL_TESTCONTAINERS}`);
  });
}

/** Id of an image by name; `null` if it is not there. */
export async function imageId(docker: Docker, name: string): Promise<string | null> {
  try {
    return (await docker.getImage(name).inspect()).Id;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** HTTP status of the daemon's answer that an error stands for; `null` for any other error. */
export function statusOf(error: unknown): number | null {
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : null;
  return typeof status === "number" ? status : null;
}

/** What stands in the way, as the end of a sentence. Asked only where no daemon was found. */
export async function whyNoDocker(env: Readonly<NodeJS.ProcessEnv>, sockets = usualSockets(env)): Promise<string> {
  const host = env["DOCKER_HOST"];
  if (host !== undefined && host !== "") return `no daemon answers at DOCKER_HOST (${host})`;
  for (const socket of sockets) {
    const code = await knock(socket);
    if (code === "EACCES" || code === "EPERM") return `you may not use ${socket} (be root, or in the group that owns it)`;
    if (code === null) return `the daemon at ${socket} gives no usable answer`;
    if (code !== "ENOENT") return `no daemon is behind ${socket} (${code}; is it running?)`;
  }
  return "no daemon is there (no socket at any of the usual places, DOCKER_HOST is not set)";
}

function usualSockets(env: Readonly<NodeJS.ProcessEnv>): string[] {
  if (process.platform === "win32") return ["//./pipe/docker_engine"];
  const runtime = env["XDG_RUNTIME_DIR"];
  return ["/var/run/docker.sock", ...(runtime === undefined ? [] : [path.join(runtime, "docker.sock")])].concat(
    path.join(homedir(), ".docker", "run", "docker.sock"),
  );
}

/** Error code of a connection attempt; `null` where somebody listens. */
async function knock(socket: string): Promise<string | null> {
  return await new Promise((resolve) => {
    const connection = connect(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(null);
    });
    connection.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "unknown"));
  });
}
