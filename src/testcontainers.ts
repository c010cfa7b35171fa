/**
 * `uv-mre/testcontainers`: a private package index with users for any test suite that uses testcontainers.
 *
 *     await using index = await new PypiServerContainer().withUsers({ alice: "s3cret" }).withPackages("./dist").start();
 *     index.getIndexUrl("alice"); // http://alice:s3cret@127.0.0.1:PORT/simple/
 */
import { PypiServerContainer as Container } from "./backend/container.ts";
import { connectDocker } from "./backend/docker.ts";
import { sweepContainers as sweep } from "./backend/sweep.ts";
import { createProcessIdentity } from "./process/process-identity.ts";

export class PypiServerContainer extends Container {
  /** `image`: one that was built from `docker/pypiserver`; unless named, it is built on first use. */
  constructor(image?: string) {
    super(image ?? null, createProcessIdentity);
  }
}

/** Removes containers, and layers of builds, whose owner was killed. Each start does the same. Returns how many containers. */
export async function sweepContainers(): Promise<number> {
  const { container } = await connectDocker();
  return await sweep(container.dockerode, await createProcessIdentity());
}

export type { Packages, Users } from "./backend/container-files.ts";
export { type DockerStatus, dockerStatus } from "./backend/docker-status.ts";
export type { Gate, PypiserverIndex } from "./backend/pypiserver-index.ts";
export { type IndexOptions, StartedPypiServerContainer } from "./backend/started-container.ts";
