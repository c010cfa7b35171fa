import { type Docker, imageId } from "./docker.ts";

const REAPER = "testcontainers/ryuk";

/** The image of testcontainers' reaper, if it is there: the one told by `RYUK_CONTAINER_IMAGE`, else any version. */
export async function findReaperImage(docker: Docker, env: Readonly<NodeJS.ProcessEnv>): Promise<string | null> {
  const told = env["RYUK_CONTAINER_IMAGE"];
  if (told !== undefined && told !== "") return (await imageId(docker, told)) === null ? null : told;
  const images = await docker.listImages({ filters: { reference: [REAPER] } });
  return images.flatMap(({ RepoTags }) => RepoTags ?? [])[0] ?? null;
}
