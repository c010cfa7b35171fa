import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Distribution } from "../src/scenario/distribution.ts";
import { thePython } from "./workspace-fixture.ts";

/** The real keyring with what it needs on this platform; fetched by pip once for all tests. */
export async function keyringWheels(version = "25.7.0"): Promise<Distribution[]> {
  const base = join(tmpdir(), "uv-mre-test-cache");
  const python = await thePython();
  const folder = join(base, `keyring-${version}-${python.version}`);
  if (!existsSync(folder)) {
    await mkdir(base, { recursive: true });
    const partial = await mkdtemp(join(base, "partial-"));
    await promisify(execFile)(python.file, ["-m", "pip", "download", "-q", "--only-binary=:all:", "-d", partial, `keyring==${version}`]);
    // Another test may have been faster; its copy is as good.
    await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return Promise.all((await readdir(folder)).map((filename) => wheel(join(folder, filename), filename)));
}

async function wheel(path: string, filename: string): Promise<Distribution> {
  const bytes = await readFile(path);
  const [project = "", version = ""] = filename.split("-");
  return {
    project: project.toLowerCase().replaceAll(/[-_.]+/g, "-"),
    version,
    filename,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size: bytes.length,
    requiresPython: null,
    yanked: false,
    metadata: null,
    visibleTo: null,
    content: { kind: "file", path },
  };
}
