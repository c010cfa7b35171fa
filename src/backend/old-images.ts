import { type Docker, statusOf } from "./docker.ts";
import { IMAGE_LABEL, unlessGone } from "./sweep.ts";

/** Made by docker/setup.sh where no container registry can be reached. */
export const LOCAL_BASE = "uv-mre/base:local-2";

/** Names that this project alone gives: a server's image is named after the hash of all that goes in. */
const FOLDER = "uv-mre";
const SERVER = /^pypiserver:[0-9a-f]{16}$/;
const BASE = /^base:local-\d+$/;

/** Other versions of this project may share the user's Docker: what one of them used lately stays. */
const UNUSED_MS = 7 * 24 * 3_600_000;

/** Docker keeps when an image was last named: naming it again says that it is in use. Does nothing to others' images. */
export async function markUsed(docker: Docker, name: string): Promise<void> {
  if (!isOurs(name, FOLDER)) return;
  const [repo = "", tag = ""] = name.split(":");
  // Another process may just have removed it: whoever needs it will say so.
  await unlessGone(docker.getImage(name).tag({ repo, tag }));
}

/**
 * Removes the images of pypiserver and the local bases that nothing has used for a week: those of other versions of this
 * project, as each use renews the date. What a container uses stays, and so does any other name that an image has.
 */
export async function sweepOldImages(docker: Docker, options: { readonly folder?: string; readonly now?: number } = {}): Promise<void> {
  const { folder = FOLDER, now = Date.now() } = options;
  const servers = await docker.listImages({ filters: { reference: [`${folder}/pypiserver`], label: [`${IMAGE_LABEL}=pypiserver`] } });
  const bases = await docker.listImages({ filters: { reference: [`${folder}/base`] } });
  for (const name of [...servers, ...bases].flatMap(({ RepoTags }) => RepoTags ?? [])) {
    if (!isOurs(name, folder) || name === LOCAL_BASE) continue;
    if ((await lastUsed(docker, name)) < now - UNUSED_MS) await unlessGone(docker.getImage(name).remove());
  }
}

function isOurs(name: string, folder: string): boolean {
  const rest = name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : "";
  return SERVER.test(rest) || BASE.test(rest);
}

/** Milliseconds since the epoch; infinite where it is gone. */
async function lastUsed(docker: Docker, name: string): Promise<number> {
  try {
    const image: { Created: string; Metadata?: { LastTagTime?: string } } = await docker.getImage(name).inspect();
    return Math.max(Date.parse(image.Created), Date.parse(image.Metadata?.LastTagTime ?? image.Created));
  } catch (error) {
    if (statusOf(error) === 404) return Infinity;
    throw error;
  }
}
