import type { ProcessIdentity } from "../observation/process.ts";
import { connectDocker } from "./docker.ts";
import type { PypiserverBackend } from "./pypiserver-index.ts";

/**
 * Starts a pypiserver in a container, for as many runs as there are: each opens its own index on it. Throws a
 * `UserError` of one line where Docker is absent. The reaper is not started: it would outlive us by 10 s.
 */
export async function startPypiserverContainer(options: { readonly identity: ProcessIdentity }): Promise<PypiserverBackend> {
  await connectDocker(", or leave the index's backend `embedded` or `pypiserver`");
  // testcontainers takes long to load.
  const { PypiServerContainer } = await import("./container.ts");
  const container = new PypiServerContainer(null, async () => options.identity).withUsers({}).withAutoCleanup(false);
  const started = await container.start();
  return {
    openIndex: (request) => started.openIndex(request),
    [Symbol.asyncDispose]: async () => {
      await started.stop();
    },
  };
}
