import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { ProcessIdentity } from "../observation/process.ts";
import { UserError } from "../scenario/error.ts";
import { type BuildFile, buildImage } from "./build-image.ts";
import { type Docker, imageId } from "./docker.ts";
import { LOCAL_BASE, markUsed } from "./old-images.ts";
import { pypiserverFolder } from "./pypiserver-files.ts";

export const OFFICIAL_BASE = "python:3.13-slim";
const INPUTS = ["Dockerfile", "requirements.txt", "serve.py"];
const SHOWN_LINES = 12;

export interface PypiserverImage {
  /** `uv-mre/pypiserver:HASH`: named after all that goes into it, so that a stale image is never taken for it. */
  readonly name: string;
  readonly base: string;
  readonly present: boolean;
}

/** A base that the user chose, for instance from a company's registry. */
export function baseImageFrom(env: Readonly<NodeJS.ProcessEnv>): string | null {
  const told = env["UV_MRE_BASE_IMAGE"];
  return told === undefined || told === "" ? null : told;
}

/** What images are built on here: what the user says, else the local base where there is one. */
export async function baseImage(docker: Docker, wanted: string | null): Promise<string> {
  return wanted ?? ((await imageId(docker, LOCAL_BASE)) === null ? OFFICIAL_BASE : LOCAL_BASE);
}

/** The image that belongs to this version of the project. docker/setup.sh computes the same name. */
export async function pypiserverImage(docker: Docker, wantedBase: string | null): Promise<PypiserverImage> {
  const base = await baseImage(docker, wantedBase);
  const lines = await Promise.all(INPUTS.map(async (name) => `${sha256(await readFile(path.join(pypiserverFolder(), name)))}  ${name}\n`));
  // A base made by the script has always the same name: what tells it apart is its id.
  const key = base.startsWith("uv-mre/base:") ? `${base} ${(await imageId(docker, base)) ?? ""}` : base;
  const name = `uv-mre/pypiserver:${sha256(`${lines.join("")}${key}\n`).slice(0, 16)}`;
  return { name, base, present: (await imageId(docker, name)) !== null };
}

/** Builds it unless it is there, and returns its name. Throws a `UserError` with the end of the build's output. */
export async function ensurePypiserverImage(docker: Docker, identity: ProcessIdentity, wantedBase: string | null): Promise<string> {
  const image = await pypiserverImage(docker, wantedBase);
  await markUsed(docker, image.base);
  if (image.present) return image.name;
  const failure = await build(docker, identity, image);
  // The name is new, so what has it now was built now.
  if (failure === null && (await imageId(docker, image.name)) !== null) return image.name;
  throw new UserError(
    `the image ${image.name} could not be built on ${image.base}: ${failure ?? "the build left no image"}\n` +
      "Where containers reach no network, docker/setup.sh brings what the build needs.",
  );
}

/** What went wrong, or `null`. */
async function build(docker: Docker, identity: ProcessIdentity, image: PypiserverImage): Promise<string | null> {
  const args = { BASE_IMAGE: image.base, BUILDER: identity.token };
  const { output, error } = await buildImage(docker, await context(), { name: image.name, args });
  return error === null ? null : output.trim().split("\n").slice(-SHOWN_LINES).join("\n");
}

async function context(): Promise<BuildFile[]> {
  const folder = pypiserverFolder();
  const wheels = await readdir(path.join(folder, "wheels")).catch(() => []);
  const names = [...INPUTS, ...wheels.filter((wheel) => wheel.endsWith(".whl")).map((wheel) => `wheels/${wheel}`)];
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(path.join(folder, name)) })));
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
