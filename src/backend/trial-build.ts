import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ProcessIdentity } from "../observation/process.ts";
import { type BuildFile, buildImage } from "./build-image.ts";
import { connectDocker } from "./docker.ts";
import { baseImage, baseImageFrom } from "./image.ts";
import { markUsed } from "./old-images.ts";
import { OWNER_LABEL, sweepContainers } from "./sweep.ts";

const BUILD_LABEL = "uv-mre.build";

export interface TrialBuild {
  /** Exit status of the instruction that failed; 0: none did; `null`: the build failed in another way. */
  readonly exit: number | null;
  readonly output: string;
}

/**
 * Builds a Dockerfile that takes `BASE_IMAGE`, on this machine's base with a uv put into it, as neither a container
 * registry nor PyPI may be in reach. Leaves no image behind.
 *
 * @throws UserError where Docker is absent, or the base cannot be made.
 */
export async function tryBuild(
  files: readonly BuildFile[],
  options: {
    readonly uv: string;
    readonly args: Readonly<Record<string, string>>;
    readonly identity: ProcessIdentity;
    readonly env: Readonly<NodeJS.ProcessEnv>;
    readonly signal?: AbortSignal;
  },
): Promise<TrialBuild> {
  const docker = (await connectDocker(", or leave `--verify` away")).container.dockerode;
  await sweepContainers(docker, options.identity);
  const id = randomBytes(6).toString("hex");
  // The layers of a build inherit the labels of its base.
  const labels = { [OWNER_LABEL]: options.identity.token, [BUILD_LABEL]: id };
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const names = [`uv-mre/export:${id}`, `uv-mre/export-base:${id}`] as const;
  try {
    const base = await baseImage(docker, baseImageFrom(options.env));
    await markUsed(docker, base);
    const withUv = [
      { name: "Dockerfile", content: `FROM ${base}\nUSER root\nCOPY uv /usr/local/bin/uv\n` },
      { name: "uv", content: await readFile(options.uv), mode: 0o755 },
    ];
    const prepared = await buildImage(docker, withUv, { name: names[1], args: {}, labels, ...signal });
    if (prepared.error !== null) return { exit: null, output: prepared.output };
    const args = { ...options.args, BASE_IMAGE: names[1] };
    const { error, output } = await buildImage(docker, files, { name: names[0], args, labels, fresh: true, ...signal });
    if (error === null) return { exit: 0, output };
    const status = /returned a non-zero code: (\d+)/.exec(error)?.[1];
    return { exit: status === undefined ? null : Number(status), output };
  } finally {
    // A build that failed leaves the layer before, without a name.
    for (const { Id } of await docker.listImages({ filters: { label: [`${BUILD_LABEL}=${id}`] } })) {
      await docker
        .getImage(Id)
        .remove({ force: true })
        .catch(() => {});
    }
  }
}
