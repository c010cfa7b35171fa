import { access, constants } from "node:fs/promises";
import path from "node:path";
import { connectDocker, HOW_TO_GET_DOCKER, imageId, whyNoDocker } from "./docker.ts";
import { baseImageFrom, pypiserverImage } from "./image.ts";
import { findReaperImage } from "./reaper.ts";

/** What Docker offers, for `uv-mre doctor`. Nothing is started, built or pulled. */
export interface DockerStatus {
  /** Path of the `docker` command. Only people need it. */
  readonly client: string | null;
  /** Version of the daemon; `null`: none answers. */
  readonly daemon: string | null;
  /** Why there is no daemon; `null` if there is. */
  readonly reason: string | null;
  /** The pypiserver image and what it is built on. */
  readonly image: { readonly name: string; readonly present: boolean; readonly base: string; readonly basePresent: boolean } | null;
  /** testcontainers' reaper, if its image is there. Without it the next start cleans up. */
  readonly reaper: string | null;
  /** What to do, in one line; `null` where nothing is missing. */
  readonly advice: string | null;
}

/** `env`: the user's environment. */
export async function dockerStatus(env: Readonly<NodeJS.ProcessEnv>): Promise<DockerStatus> {
  const client = await findOnPath("docker", env["PATH"] ?? "");
  const runtime = await connectDocker().catch((error: unknown) => (error as Error).message);
  if (typeof runtime === "string") {
    if (runtime.includes("testcontainers")) return { client, daemon: null, reason: runtime, image: null, reaper: null, advice: null };
    return { client, daemon: null, reason: await whyNoDocker(env), image: null, reaper: null, advice: HOW_TO_GET_DOCKER };
  }
  const docker = runtime.container.dockerode;
  const { name, present, base } = await pypiserverImage(docker, baseImageFrom(env));
  const basePresent = (await imageId(docker, base)) !== null;
  const advice = present
    ? null
    : `the image is built on first use${basePresent ? "" : `, on ${base}, which is pulled then (docker/setup.sh makes one where nothing can be pulled)`}`;
  return {
    client,
    daemon: String(runtime.info.containerRuntime.serverVersion),
    reason: null,
    image: { name, present, base, basePresent },
    reaper: await findReaperImage(docker, env),
    advice,
  };
}

async function findOnPath(name: string, searchPath: string): Promise<string | null> {
  const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  for (const folder of searchPath.split(path.delimiter).filter((each) => each !== "")) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if (
        await access(file, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return file;
    }
  }
  return null;
}
