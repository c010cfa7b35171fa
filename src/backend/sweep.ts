import type { Ownership } from "../observation/process.ts";
import { type Docker, statusOf } from "./docker.ts";

/** Label of each container, and of each image that is built for one use: the token of the process that made it. */
export const OWNER_LABEL = "uv-mre.owner";

const BUILD_SECONDS = 3600;

/**
 * Removes containers and images of ours whose owner is gone, and what an interrupted build left. Everything else in the
 * person's Docker stays, also containers of processes that can't be asked about (another host, another pid
 * namespace). Networks are never made. Returns how many containers were removed.
 */
export async function sweepContainers(docker: Docker, ownership: Ownership): Promise<number> {
  const containers = await docker.listContainers({ all: true, filters: { label: [OWNER_LABEL] } });
  let removed = 0;
  for (const { Id, Labels } of containers) {
    if ((await ownership.isAlive(Labels[OWNER_LABEL] ?? "")) !== false) continue;
    await unlessGone(docker.getContainer(Id).remove({ force: true, v: true }));
    removed += 1;
  }
  for (const { Id, Labels } of await docker.listImages({ filters: { label: [OWNER_LABEL] } })) {
    if ((await ownership.isAlive(Labels[OWNER_LABEL] ?? "")) === false) await unlessGone(docker.getImage(Id).remove({ force: true }));
  }
  // A younger one may be the last layer of a build that goes on.
  const oldest = Date.now() / 1000 - BUILD_SECONDS;
  const halves = await docker.listImages({ filters: { dangling: ["true"], label: ["uv-mre.image"] } });
  for (const { Id, Created } of halves) if (Created < oldest) await unlessGone(docker.getImage(Id).remove());
  return removed;
}

/** Another sweep may be at it (409), or done (404); an image may be in use by a build (409). */
async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
  }
}
