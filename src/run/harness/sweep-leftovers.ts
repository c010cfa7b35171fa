import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { connectDocker } from "../../backend/docker.ts";
import { sweepContainers } from "../../backend/sweep.ts";
import type { ProcessIdentity } from "../../observation/process.ts";
import { killLeftovers } from "../../process/leftovers.ts";
import { sweepAbandoned } from "../../workspace/run-folder.ts";

/** In a harness's folder: it has used Docker. */
const DOCKER_NOTE = "used-docker";

/** Before a harness uses Docker, so that the next start looks there too if this one is killed. */
export async function noteDocker(folder: string): Promise<void> {
  await writeFile(path.join(folder, DOCKER_NOTE), "");
}

/** Removes what killed harnesses left: processes, folders, and what is theirs in Docker where one of them used it. */
export async function sweepLeftovers(baseDir: string, owner: ProcessIdentity): Promise<void> {
  let usedDocker = false;
  const kill = async (run: string, folders: readonly string[]): Promise<void> => {
    usedDocker ||= folders.some((folder) => existsSync(path.join(folder, DOCKER_NOTE)));
    await killLeftovers(run, folders, owner.seal);
  };
  await sweepAbandoned({ baseDir, owner, kill });
  if (!usedDocker) return;
  try {
    await sweepContainers((await connectDocker()).container.dockerode, owner);
  } catch {
    // No daemon now: the next run that uses Docker sweeps as well, and says what is wrong.
  }
}
