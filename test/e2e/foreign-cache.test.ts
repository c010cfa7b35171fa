import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { BIN, put, smallScenario } from "./command.ts";
import { testUsers } from "./plain-user.ts";

const root = testUsers().find(({ name }) => name === "root");
const plain = testUsers().find(({ name }) => name === "a plain user");

test.skipIf(root === undefined || plain === undefined)("a cache whose files are another user's is named, wherever they are", async () => {
  await using folder = await temporaryFolder();
  const [cache, home] = [path.join(folder.path, "cache"), path.join(folder.path, "home")];
  const release = path.join(cache, "releases", "0.9.5");
  await mkdir(path.join(release, "bin"), { recursive: true });
  await put(release, "bin/uv", "");
  // Whole, as far as it goes: nothing is fetched before it is to be held.
  const sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  await put(release, "release.json", JSON.stringify({ version: "0.9.5", binary: "bin/uv", size: 0, sha256, bytes: 0 }));
  await put(folder.path, "small.toml", smallScenario());
  await mkdir(home);
  await writeFile(path.join(cache, "owner-key"), "");
  for (const place of [home, folder.path]) await chmod(place, 0o777);
  const seen: string[] = [];
  for (const opened of [cache, path.join(cache, "releases"), null]) {
    const env = { PATH: "/usr/bin:/bin", HOME: home, TMPDIR: home, UV_MRE_CACHE_DIR: cache, UV_MRE_PYTHON: plain?.python ?? "" };
    const [file, ...args] = [...(plain?.as ?? []), process.execPath, BIN, "run", "small.toml", "--uv", "0.9.5"];
    const failed: { code?: number; stderr?: string } = await promisify(execFile)(file, args, { cwd: folder.path, env }).catch(
      (error) => error,
    );
    seen.push(`${failed.code} ${(failed.stderr ?? "").replaceAll(folder.path, "$FOLDER").replace(/in-use~\S+/, "in-use")}`);
    if (opened !== null) await chmod(opened, 0o777);
  }
  const advice = "(EACCES); give it to this user, make room, or name another cache by UV_MRE_CACHE_DIR\n";
  expect(seen).toEqual([
    `2 error: $FOLDER/cache in the cache cannot be read and written ${advice}`,
    `2 error: $FOLDER/cache/releases in the cache cannot be read and written ${advice}`,
    `2 error: $FOLDER/cache/releases/0.9.5/in-use in the cache cannot be read and written ${advice}`,
  ]);
});
