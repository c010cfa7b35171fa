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
