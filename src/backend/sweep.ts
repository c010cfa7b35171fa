import type { ProcessIdentity } from "../observation/process.ts";
import { type Docker, statusOf } from "./docker.ts";

/** Label of each container, and of each image that is built for one use: the token of the process that made it. */
export const OWNER_LABEL = "uv-mre.owner";

/** Labels that docker/pypiserver/Dockerfile gives. */
export const IMAGE_LABEL = "uv-mre.image";
export const BUILDER_LABEL = "uv-mre.builder";
const FINISHED_LABEL = "uv-mre.finished";

const BUILD_SECONDS = 3600;

/**
 * Removes containers and images of ours whose owner is gone, and what an interrupted build left. Everything else in the
 * user's Docker stays, also containers of processes that can't be asked about (another host, another pid
 * namespace). Networks are never made. Returns how many containers were removed. docs/pypiserver.md has the whole list.
 */
export async function sweepContainers(docker: Docker, identity: ProcessIdentity): Promise<number> {
  const containers = await docker.listContainers({ all: true, filters: { label: [OWNER_LABEL] } });
  let removed = 0;
  for (const { Id, Labels } of containers) {
    if ((await identity.isAlive(Labels[OWNER_LABEL] ?? "")) !== false) continue;
    await unlessGone(docker.getContainer(Id).remove({ force: true, v: true }));
    removed += 1;
  }
  for (const { Id, Labels } of await docker.listImages({ filters: { label: [OWNER_LABEL] } })) {
    if ((await identity.isAlive(Labels[OWNER_LABEL] ?? "")) === false) await unlessGone(docker.getImage(Id).remove({ force: true }));
  }
  for (const { Id, Created, Labels } of await docker.listImages({ filters: { dangling: ["true"], label: [IMAGE_LABEL] } })) {
    const alive = await identity.isAlive(Labels[BUILDER_LABEL] ?? "");
    // Of a builder that can't be asked: a young one may be the last layer of a build that goes on.
    if (alive ?? Created > Date.now() / 1000 - BUILD_SECONDS) continue;
    if (await isOurs(docker, Id)) await unlessGone(docker.getImage(Id).remove());
  }
  return removed;
}

/** Not one that somebody built on our image: that has the labels too, but something was made after our last line. */
async function isOurs(docker: Docker, id: string): Promise<boolean> {
  try {
    const made = (await docker.getImage(id).history()) as { CreatedBy?: string }[];
    return made.findIndex(({ CreatedBy }) => CreatedBy?.includes(FINISHED_LABEL)) <= 0;
  } catch (error) {
    if (statusOf(error) === 404) return false; // It is gone.
    throw error;
  }
}

/** Another sweep may be at it (409), or done (404); an image may be in use by a build or a container (409). */
export async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
  }
}
