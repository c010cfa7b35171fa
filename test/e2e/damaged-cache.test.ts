import { createHash } from "node:crypto";
import { chmod, cp, lstat, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { WHOLE, wholeNote } from "../product/extent.ts";
import { put, runCommand } from "./command.ts";

/** Uses all that a cache is made of: a release, a real wheel, a keyring tool, certificates, results. */
const SCENARIO = `schema = 1
title = "A sync with the keyring's credentials"
as-of = "2026-11-01"

[index.private]
url = "https://feeds.example.com/acme/simple/"
user = "ann"
packages = [{ name = "sandbox", requires = ["iniconfig"] }]

[index.default]
packages = ["iniconfig==2.0.0"]

[keyring]
tool = ["private"]

[files]
"pyproject.toml" = '''
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.9"
dependencies = ["sandbox"]

[tool.uv]
keyring-provider = "subprocess"

[[tool.uv.index]]
name = "private"
url = "https://ann@feeds.example.com/acme/simple/"
explicit = true

[tool.uv.sources]
sandbox = { index = "private" }
'''

[[step]]
run = "uv sync"
reproduced = { exit = "nonzero", final.any = { index = "private", status = 401 } }
healthy = { exit = 0, keyring.every = { from = "tool" }, final.every = { index = "private", status = 200 } }
`;

const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  "one byte": (bytes) => {
    const at = bytes.length >> 1;
    return Buffer.concat([bytes.subarray(0, at), Buffer.from([(bytes[at] ?? 0) ^ 1]), bytes.subarray(at + 1)]);
  },
  half: (bytes) => bytes.subarray(0, bytes.length >> 1),
  nothing: () => Buffer.alloc(0),
  null: () => Buffer.from("null"),
};

// Each kind of file has tests of its own, which `npm test` runs; here it is all of them at once, and a cache that is new.
describe.skipIf(!WHOLE)(`a cache of uv-mre's${wholeNote}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let cache: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    cache = path.join(folder.path, "cache");
    await put(folder.path, "sync.toml", SCENARIO);
    await mapped();
  });

  afterAll(() => folder[Symbol.asyncDispose]());

  /** The verdict of one release, from results that are kept or by a run. */
  async function mapped(place = cache): Promise<{ exit: number | null; stderr: string; verdicts: unknown }> {
    const args = ["map", "sync.toml", "--uv", "0.9.5", "--json"];
    const { exit, stdout, stderr } = await runCommand(args, { cwd: folder.path, env: { UV_MRE_CACHE_DIR: place } });
    const { segments = [] } = JSON.parse(stdout === "" ? "{}" : stdout) as { segments?: { from: string; verdict: string }[] };
    return { exit, stderr, verdicts: segments.map(({ from, verdict }) => [from, verdict]) };
  }

  function digest(bytes: Buffer): string {
    return createHash("sha256").update(bytes).digest("hex");
  }

  /** By what they are for: the cache's own files, each kind's. */
  async function filesByKind(): Promise<Map<string, string[]>> {
    const kinds = new Map<string, string[]>();
    for (const entry of await readdir(cache, { withFileTypes: true, recursive: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const [kind = ""] = path.relative(cache, file).split(path.sep);
      if (entry.isFile() && kind !== "staging") kinds.set(kind, [...(kinds.get(kind) ?? []), file].sort());
    }
    return kinds;
  }

  test("a cache has files of every kind, and a result that is kept is taken from it", async () => {
    expect([...(await filesByKind()).keys()].sort()).toEqual(
      expect.arrayContaining([
        "certificates",
        "keyring-tool",
        "owner-key",
        "python.json",
        "releases",
        "resolutions",
        "results",
        "wheelhouse",
      ]),
    );
    expect(await mapped()).toEqual({ exit: 0, stderr: expect.stringContaining("(cached)"), verdicts: [["0.9.5", "healthy"]] });
  });

  test("a cache that was copied to another place, as CI restores it, works there", async () => {
    const copy = path.join(folder.path, "copy");
    await cp(cache, copy, { recursive: true });
    expect(await mapped(copy)).toMatchObject({ exit: 0, verdicts: [["0.9.5", "healthy"]] });
  });

  test.each(Object.entries(DAMAGES))("files of every kind that hold %s of what they should change no verdict", async (name, damage) => {
    const round = Object.keys(DAMAGES).indexOf(name);
    const before = new Map<string, string>();
    for (const [kind, files] of await filesByKind()) {
      const programs = files.filter((file) => /bin\/uv$|\.whl$/.test(file));
      const described = files.filter((file) => file.endsWith(".json"));
      // What describes a program, or the program, and of the others another one each time: else one would hide the other.
      const chosen = kind === "results" ? files : round % 2 === 0 && programs.length > 0 ? programs : described;
      for (const file of new Set([...chosen, files[(round * 389) % files.length] ?? ""])) {
        const [{ mode }, bytes] = await Promise.all([lstat(file), readFile(file)]);
        // The file may be another's under one more name.
        await rm(file);
        await writeFile(file, damage(bytes), { mode });
        await chmod(file, mode);
        if (programs.includes(file)) before.set(file, digest(bytes));
      }
    }
    const { exit, stderr, verdicts } = await mapped();
    expect({ exit, verdicts }).toEqual({ exit: 0, verdicts: [["0.9.5", "healthy"]] });
    expect(stderr).not.toContain("(cached)");
    for (const [file, was] of before) expect([file, digest(await readFile(file))]).toEqual([file, was]);
  });
});
