import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { ContainerSpec, StartContainer } from "../observation/container.ts";
import { type Docker, imageId } from "./docker.ts";
import { unlessGone } from "./sweep.ts";

/** Of the first process, until it has opened the network and become another user. */
const CAPABILITIES = ["NET_ADMIN", "NET_BIND_SERVICE", "SETGID", "SETPCAP", "SETUID"];

/** The daemon removes a container in a second; it may be busy. */
const REMOVAL_MS = 60_000;

/** Starts containers for the commands of runs, with these labels. */
export function createStartContainer(docker: Docker, labels: Readonly<Record<string, string>>): StartContainer {
  return async (spec) => {
    const container = await docker.createContainer(optionsOf(spec, await ensureImage(docker, spec.links), labels));
    const remove = async (): Promise<void> => {
      await unlessGone(container.remove({ force: true, v: true }));
      // It removes itself when its first process has ended: then the daemon is at it, and says so at once.
      await unlessGone(container.wait({ condition: "removed", abortSignal: AbortSignal.timeout(REMOVAL_MS) }));
    };
    try {
      await container.start();
    } catch (error) {
      await remove();
      throw error;
    }
    return { [Symbol.asyncDispose]: remove };
  };
}

function optionsOf(spec: ContainerSpec, image: string, labels: Readonly<Record<string, string>>) {
  const { hostname, command, mounts, inMemory, limits } = spec;
  return {
    Image: image,
    Labels: { ...labels },
    User: "0:0",
    Hostname: hostname,
    Cmd: [...command],
    HostConfig: {
      AutoRemove: true,
      NetworkMode: "none",
      IpcMode: "private",
      // Docker's default lets everyone have all ports.
      Sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
      CapDrop: ["ALL"],
      CapAdd: CAPABILITIES,
      SecurityOpt: ["no-new-privileges"],
      ReadonlyRootfs: true,
      LogConfig: { Type: "none", Config: {} },
      PidsLimit: limits.processes,
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      Ulimits: limits.each.map(({ option, value }) => ({ Name: option, Soft: value, Hard: value })),
      Tmpfs: { ...inMemory },
      Mounts: mounts.map(({ source, target, isReadOnly }) => ({
        Type: "bind" as const,
        Source: source,
        Target: target,
        ReadOnly: isReadOnly,
        BindOptions: { Propagation: "rprivate" as const, NonRecursive: true },
      })),
    },
  };
}

/** Name of an image in which are links alone: all else is mounted. Made if it is not there; it takes no room. */
async function ensureImage(docker: Docker, links: ContainerSpec["links"]): Promise<string> {
  const tag = createHash("sha256").update(JSON.stringify(links)).digest("hex").slice(0, 16);
  const repo = "uv-mre/system";
  const name = `${repo}:${tag}`;
  if ((await imageId(docker, name)) !== null) return name;
  const archive = pack();
  for (const [place, target] of Object.entries(links)) archive.entry({ name: place.slice(1), type: "symlink", linkname: target });
  archive.finalize();
  const answer = await buffer(await docker.importImage(Readable.from([await buffer(archive)]), { repo, tag }));
  if ((await imageId(docker, name)) === null) throw new Error(`the image ${name} could not be made: ${answer.toString("utf8").trim()}`);
  return name;
}
