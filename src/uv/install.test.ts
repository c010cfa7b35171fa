import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, realpath, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WHOLE } from "../../test/product/extent.ts";
import {
  closeTestPlace,
  DEAD_INDEX,
  fakeReleases,
  OFFLINE,
  openTestPlace,
  says,
  SHARED_CACHE,
  type TestPlace,
} from "../../test/uv-context.ts";
import { writeKept } from "../disk/kept-json.ts";
import { killTagged } from "../process/tagged-processes.ts";
import { UserError } from "../scenario/error.ts";
import { sha256Of } from "./binary.ts";
import { openReleaseStore, type ReleaseStore, type UvContext } from "./install.ts";

let place: TestPlace;

beforeEach(async () => {
  place = await openTestPlace();
});

afterEach(() => closeTestPlace(place));

const THREE = { "0.0.1": says("0.0.1"), "0.0.2": says("0.0.2"), "0.0.3": says("0.0.3") };

/** A store with a cache of its own, over the given releases. */
async function fakeStore(scripts: Readonly<Record<string, string>>, changes: Partial<UvContext> = {}): Promise<ReleaseStore> {
  return openReleaseStore(place.context(changes, await fakeReleases(place.folder, scripts)));
}

async function saysOf(file: string): Promise<string> {
  const request = { file, args: ["--version"], cwd: "/", env: {}, stdin: null, timeoutMs: 60_000, outputDir: place.folder };
  return (await place.context().run(request)).stdout.trim();
}

/** Another process of ours that opens a store on the place's cache and runs `body`. */
function otherProcess(body: string, env: Record<string, string>): ChildProcess {
  const from = (file: string): string => JSON.stringify(path.resolve(import.meta.dirname, file));
  const program = `
    import { createProcessIdentity } from ${from("../process/process-identity.ts")};
    import { createRunProcess } from ${from("../process/run-process.ts")};
    import { openReleaseStore } from ${from("install.ts")};
    const context = {
      cacheDir: ${JSON.stringify(place.cacheDir)}, workDir: ${JSON.stringify(place.folder)}, env: process.env,
      run: createRunProcess({ tag: ${JSON.stringify(tag())} }), identity: await createProcessIdentity(),
      python: async () => (${JSON.stringify(place.python)}),
    };
    const store = openReleaseStore(context);
    ${body}`;
  const args = ["--input-type=module-typescript", "--disable-warning=ExperimentalWarning", "-e", program];
  const child = spawn(process.execPath, args, { env: { ...place.context().env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return child;
}

/** The URL of an index that accepts and never answers. */
async function silentIndex(): Promise<string> {
  const server = createServer(() => {});
  openServers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/simple`;
}

const openServers: Server[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const server of openServers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function tag(): string {
  return `install-test-${path.basename(place.folder)}`;
}

describe("a release", () => {
  it("of any age is what it says it is, and comes from the cache the second time, without network or Python", async () => {
    for (const version of WHOLE ? ["0.1.15", "0.6.6", "0.9.5"] : ["0.6.6"]) {
      await using store = openReleaseStore(place.context({ cacheDir: SHARED_CACHE }));
      const release = await store.ensure(version);
      expect(release).toEqual({ version, file: release.file, sha256: await sha256Of(release.file), spec: "release" });
      expect(await saysOf(release.file)).toMatch(new RegExp(`^uv ${version.replaceAll(".", "\\.")}( |$)`));
      const offline = place.context({ cacheDir: SHARED_CACHE, python: async () => expect.fail("Python was asked for") }, OFFLINE);
      await using again = openReleaseStore(offline);
      expect(await again.ensure(version)).toEqual(release);
    }
  });

  it("is installed by pip, and the next by the uv that is then at hand, whatever the user's settings", async () => {
    const evil = path.join(place.folder, "evil");
    await mkdir(path.join(evil, "pip"), { recursive: true });
    await writeFile(path.join(evil, "pip", "__main__.py"), "raise SystemExit('hijacked')");
    await writeFile(path.join(evil, "pip", "__init__.py"), "");
    await writeFile(path.join(place.folder, "uv.toml"), `index-url = "${DEAD_INDEX}"\n`);
    const poison = {
      PYTHONPATH: evil,
      PYTHONHOME: evil,
      VIRTUAL_ENV: evil,
      PIP_TARGET: evil,
      PIP_USER: "1",
      PIP_REQUIRE_VIRTUALENV: "1",
      PIP_NO_BINARY: ":all:",
      UV_EXCLUDE_NEWER: "2023-01-01",
      UV_REQUIRE_HASHES: "1",
      UV_NO_BINARY: "1",
      UV_PYTHON: "3.2",
      UV_CACHE_DIR: path.join(evil, "cache"),
      UV_PROJECT: evil,
      UV_NO_CONFIG: "0",
    };
    await using store = openReleaseStore(place.context({}, poison));
    expect(await saysOf((await store.ensure("0.9.18")).file)).toMatch(/^uv 0\.9\.18/);
    expect((await store.bootstrap()).version).toBe("0.9.18");
    expect(await saysOf((await store.ensure("0.1.15")).file)).toBe("uv 0.1.15");
    expect(await readdir(evil)).toEqual(["pip"]);
  });

  it("is installed once for calls at once", async () => {
    await using store = await fakeStore(THREE);
    const [first, second] = await Promise.all([store.ensure("0.0.1"), store.ensure("0.0.1")]);
    expect(second).toBe(first);
  });

  it("is whole for two processes at once", async () => {
    const env = await fakeReleases(place.folder, THREE);
    const body = "const release = await store.ensure('0.0.1'); console.log(JSON.stringify(release)); await store[Symbol.asyncDispose]();";
    const outputs = [otherProcess(body, env), otherProcess(body, env)].map(async (child) => {
      const [chunk] = await once(child.stdout!, "data");
      await once(child, "exit");
      return JSON.parse(String(chunk));
    });
    const [one, two] = await Promise.all(outputs);
    expect(one).toEqual(two);
    expect(await saysOf(one.file)).toBe("uv 0.0.1");
    expect(await readdir(path.join(place.cacheDir, "releases"))).toEqual(["0.0.1"]);
  });

  it("that was cut off while it was fetched leaves nothing that the next start does not remove", async () => {
    // pip stays in the middle of its work: it is about to read a wheel that never comes.
    const env = await fakeReleases(place.folder, THREE);
    const program = "store.ensure('0.0.1').catch(() => {});";
    const child = otherProcess(program, { ...env, PIP_FIND_LINKS: "", PIP_NO_INDEX: "0", PIP_INDEX_URL: await silentIndex() });
    while ((await place.staged()).length === 0) await new Promise((resolve) => setImmediate(resolve));
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    expect(await place.staged()).toHaveLength(1);
    await killTagged(tag());
    await using store = openReleaseStore(place.context({}, env));
    expect(await saysOf((await store.ensure("0.0.1")).file)).toBe("uv 0.0.1");
  });

  it("that is not, byte for byte, what was fetched, is fetched anew", async () => {
    await using store = await fakeStore(THREE);
    const { file, sha256 } = await store.ensure("0.0.1");
    await rm(file);
    await using again = await fakeStore(THREE);
    expect(await again.ensure("0.0.1")).toMatchObject({ file, sha256 });
    // Of the same size, and looked at by a store that has seen it whole.
    await writeFile(file, says("0.0.2"));
    await again.letGo({ except: new Set() });
    expect(await again.ensure("0.0.1")).toMatchObject({ file, sha256 });
    expect(await saysOf(file)).toBe("uv 0.0.1");
  });

  it("that is damaged while another store relies on it stays relied upon", async () => {
    await using user = await fakeStore(THREE);
    const { file } = await user.ensure("0.0.1");
    await writeFile(file, says("0.0.2"));
    await using store = await fakeStore(THREE);
    await store.ensure("0.0.1");
    await store[Symbol.asyncDispose]();
    expect(await store.installed()).toMatchObject([{ version: "0.0.1", inUse: true }]);
  });

  it("that is damaged and cannot be fetched again is named", async () => {
    await using store = await fakeStore(THREE);
    const { file } = await store.ensure("0.0.1");
    await writeFile(file, says("0.0.2"));
    await using offline = openReleaseStore(place.context({}, { UV_OFFLINE: "1" }));
    await expect(offline.ensure("0.0.1")).rejects.toThrow("uv 0.0.1 is damaged in the cache and could not be fetched: UV_OFFLINE is set");
  });

  it("is not waited for after an abort", async () => {
    const controller = new AbortController();
    await using store = openReleaseStore(place.context({ signal: controller.signal }, { PIP_INDEX_URL: await silentIndex() }));
    const installing = store.ensure("0.9.5");
    while ((await place.staged()).length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("stopped by the user"));
    await expect(installing).rejects.toThrow("stopped by the user");
  });
});

describe("what cannot be had", () => {
  async function complaint(scripts: Record<string, string>, version: string, env: Record<string, string> = {}): Promise<string> {
    const fake = await fakeReleases(place.folder, scripts);
    await using store = openReleaseStore(place.context({}, { ...fake, ...env }));
    const error: unknown = await store.ensure(version).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserError);
    expect(await store.installed()).toEqual([]);
    return error instanceof Error ? error.message : "";
  }

  it("names the release where there is no network", async () => {
    expect(await complaint({}, "0.9.5", { ...OFFLINE, PIP_NO_INDEX: "0" })).toMatch(
      /^uv 0\.9\.5 is not in the cache and could not be fetched\npip: .*Connection refused/s,
    );
    expect(await complaint({}, "0.9.5", { UV_OFFLINE: "1" })).toBe(
      "uv 0.9.5 is not in the cache and could not be fetched: UV_OFFLINE is set",
    );
  });

  it("hides the password of a mirror", async () => {
    const mirror = DEAD_INDEX.replace("http://", "http://ada:hunter2@");
    const told = await complaint({}, "0.9.5", { PIP_NO_INDEX: "0", PIP_INDEX_URL: mirror, PIP_FIND_LINKS: "" });
    expect(told).not.toContain("hunter2");
  });

  it("names the nearest where there is no such release", async () => {
    await writeKept(path.join(place.cacheDir, "uv-releases.json"), { versions: ["0.9.4", "0.9.5", "0.9.6"], fetchedAt: 1 });
    expect(await complaint({}, "0.9.7")).toBe("there is no uv 0.9.7; the nearest releases: 0.9.4, 0.9.5, 0.9.6");
  });

  it.each([
    ["says another version", says("0.0.2"), /^uv 0\.0\.1 was fetched, but says that it is uv 0\.0\.2$/],
    [
      "does not run",
      "#!/bin/sh\necho 'GLIBC_9 not found' >&2; exit 1\n",
      /^uv 0\.0\.1 was fetched, but does not run here: .*GLIBC_9 not found"$/,
    ],
    ["has no binary", "", /^uv 0\.0\.1 was fetched, but holds no uv binary$/],
  ])("does not get into the cache where it %s", async (_, script, message) => {
    expect(await complaint({ "0.0.1": script }, "0.0.1")).toMatch(message);
  });

  it("is no path out of the cache", async () => {
    expect(await complaint({}, "../../../bin")).toBe('not a version of uv: "../../../bin"');
  });
});

describe("a uv for the harness's own work", () => {
  it("is the one on PATH, by its real path, if it is new enough and no shim", async () => {
    await using shared = openReleaseStore(place.context({ cacheDir: SHARED_CACHE }));
    const [old, good] = [await shared.ensure("0.1.15"), await shared.ensure("0.9.5")];
    const folders = ["shim", "old", "good"].map((name) => path.join(place.folder, name));
    const [shim = "", tooOld = "", newEnough = ""] = folders;
    for (const folder of folders) await mkdir(folder);
    await writeFile(path.join(shim, "uv"), says("9.9.9"), { mode: 0o755 });
    await symlink(old.file, path.join(tooOld, "uv"));
    await symlink(good.file, path.join(newEnough, "uv"));
    await using store = openReleaseStore(place.context({}, { ...OFFLINE, PATH: folders.join(path.delimiter) }));
    expect(await store.bootstrap()).toEqual({ file: await realpath(good.file), version: "0.9.5" });
  });

  it("is one in the cache, without network", async () => {
    await using shared = openReleaseStore(place.context({ cacheDir: SHARED_CACHE }));
    await shared.ensure("0.9.5");
    await using store = openReleaseStore(place.context({ cacheDir: SHARED_CACHE }, OFFLINE));
    expect(path.relative(SHARED_CACHE, (await store.bootstrap()).file)).toMatch(/^releases\/\d+\.\d+\.\d+\/bin\/uv$/);
  });

  it("is the newest that pip has, where there is none", async () => {
    await using store = await fakeStore(THREE);
    expect(await store.bootstrap()).toMatchObject({ version: "0.0.3" });
    expect(await store.installed()).toMatchObject([{ version: "0.0.3", inUse: true }]);
  });

  it("says what is missing where it cannot be had", async () => {
    await using store = openReleaseStore(place.context({}, OFFLINE));
    await expect(store.bootstrap()).rejects.toThrow(/^no uv is on PATH, and one could not be fetched\npip: /);
  });
});

describe("a binary of one's own", () => {
  it("is told by what it says and by its hash; the path is relative to the given folder", async () => {
    await writeFile(path.join(place.folder, "my-uv"), says("0.9.5+12 (abc 2026-01-01)"), { mode: 0o755 });
    await using store = await fakeStore({});
    const file = path.join(place.folder, "my-uv");
    expect(await store.binary("./my-uv", place.folder)).toEqual({
      version: "0.9.5+12",
      file,
      sha256: await sha256Of(file),
      spec: "binary",
    });
  });

  it.each([
    ["./absent", "./absent: no such file, or not executable"],
    ["./plain", "./plain: no such file, or not executable"],
    ["./target", `./target: is a folder; name the uv binary, which is`],
    ["./", "./: is a folder; name the uv binary"],
    ["./other", './other: not a uv that runs here: uv --version ended with 0 and said "ruff 1.2.3"'],
  ])("is refused: %s", async (file, message) => {
    await writeFile(path.join(place.folder, "plain"), says("0.9.5"));
    await writeFile(path.join(place.folder, "other"), "#!/bin/sh\necho ruff 1.2.3\n", { mode: 0o755 });
    await mkdir(path.join(place.folder, "target"), { recursive: true });
    await writeFile(path.join(place.folder, "target", "uv"), says("0.9.5"), { mode: 0o755 });
    await using store = await fakeStore({});
    const refused = store.binary(file, place.folder);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(message);
  });
});

describe("making room", () => {
  let template: TestPlace;

  beforeAll(async () => {
    template = await openTestPlace();
    await using store = openReleaseStore(template.context({}, await fakeReleases(template.folder, THREE)));
    for (const version of Object.keys(THREE)) await store.ensure(version);
  });

  afterAll(() => template[Symbol.asyncDispose]());

  it("removes the longest unused first, until the rest fits", async () => {
    await installAll({ "0.0.1": 2_000, "0.0.2": 3_000, "0.0.3": 1_000 });
    await using store = await fakeStore(THREE);
    const [release] = await store.installed();
    const bytes = release?.bytes ?? 0;
    expect(versionsOf(await store.remove({ maxBytes: 3 * bytes }))).toEqual([]);
    expect(versionsOf(await store.remove({ maxBytes: 2 * bytes }))).toEqual(["0.0.3"]);
    expect(versionsOf(await store.installed())).toEqual(["0.0.1", "0.0.2"]);
    expect(versionsOf(await store.remove({ maxBytes: 0 }))).toEqual(["0.0.1", "0.0.2"]);
    expect(await readdir(path.join(place.cacheDir, "releases"))).toEqual([]);
  });

  it("happens by itself with each fetch beyond what the cache may take, and once nothing is in use any more", async () => {
    let room = Infinity;
    await using store = await fakeStore(THREE, { room: async () => room });
    await store.ensure("0.0.1");
    room = 1.5 * ((await store.installed())[0]?.bytes ?? 0);
    await store.ensure("0.0.2");
    expect(versionsOf(await store.installed())).toEqual(["0.0.1", "0.0.2"]);
    await store.letGo({ except: new Set() });
    await store.ensure("0.0.3");
    expect(versionsOf(await store.installed())).toEqual(["0.0.3"]);
    room = 0;
    await store[Symbol.asyncDispose]();
    expect(await store.installed()).toEqual([]);
  });

  it("spares what is used while others are let go of", async () => {
    await using store = await fakeStore(THREE);
    const release = await store.ensure("0.0.1");
    await store.letGo({ except: new Set() });
    {
      await using _ = await store.use(release);
      await store.letGo({ except: new Set() });
      expect(versionsOf(await store.remove({ maxBytes: 0 }))).toEqual([]);
    }
    await store.letGo({ except: new Set() });
    expect(versionsOf(await store.remove({ maxBytes: 0 }))).toEqual(["0.0.1"]);
  });

  it("removes what is there of a release but not whole", async () => {
    await mkdir(path.join(place.cacheDir, "releases", "0.0.1"), { recursive: true });
    await using store = await fakeStore(THREE);
    await store.remove({ maxBytes: Infinity });
    expect(await readdir(path.join(place.cacheDir, "releases"))).toEqual([]);
  });

  it("removes them also from what downloads share", async () => {
    await using shared = openReleaseStore(place.context({ cacheDir: SHARED_CACHE }));
    const real = await shared.ensure("0.9.5");
    await fakeReleases(place.folder, THREE);
    const env = { PATH: path.dirname(real.file), UV_FIND_LINKS: path.join(place.folder, "wheels"), UV_NO_INDEX: "1" };
    await using store = openReleaseStore(place.context({}, env));
    await store.ensure("0.0.1");
    expect(await place.staged()).toHaveLength(1);
    await store.letGo({ except: new Set() });
    expect(versionsOf(await store.remove({ maxBytes: 0 }))).toEqual(["0.0.1"]);
    expect(await place.staged()).toEqual([]);
    expect(await saysOf((await store.ensure("0.0.2")).file)).toBe("uv 0.0.2");
  });

  it("counts asking for a release as use", async () => {
    await installAll({ "0.0.1": 1_000, "0.0.2": 2_000 });
    await using user = await fakeStore(THREE);
    await user.ensure("0.0.1");
    await user[Symbol.asyncDispose]();
    await using store = await fakeStore(THREE);
    expect(versionsOf(await store.remove({ maxBytes: (await store.installed())[0]?.bytes ?? 0 }))).toEqual(["0.0.2"]);
  });

  it("spares what a living process uses, and no longer what a dead one used", async () => {
    await installAll({ "0.0.1": 1_000, "0.0.2": 2_000 });
    const child = otherProcess("await store.ensure('0.0.1'); console.log('up'); setInterval(() => {}, 1000);", OFFLINE);
    await once(child.stdout!, "data");
    await using store = await fakeStore(THREE);
    expect(versionsOf(await store.remove({ maxBytes: 0 }))).toEqual(["0.0.2"]);
    expect(await store.installed()).toMatchObject([{ version: "0.0.1", inUse: true }]);
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    expect(await store.installed()).toMatchObject([{ version: "0.0.1", inUse: false }]);
    expect(versionsOf(await store.remove({ maxBytes: 0 }))).toEqual(["0.0.1"]);
  });

  it("spares what another store of this process uses", async () => {
    await installAll({ "0.0.1": 1_000 });
    await using user = await fakeStore(THREE);
    await user.ensure("0.0.1");
    await using other = await fakeStore(THREE);
    await other.ensure("0.0.1");
    await other[Symbol.asyncDispose]();
    expect(versionsOf(await other.remove({ maxBytes: 0 }))).toEqual([]);
  });

  it("never removes more than asked for when asked twice at once", async () => {
    await installAll({ "0.0.1": 1_000, "0.0.2": 2_000, "0.0.3": 3_000 });
    await using store = await fakeStore(THREE);
    const maxBytes = 2 * ((await store.installed())[0]?.bytes ?? 0);
    const removed = await Promise.all([store.remove({ maxBytes }), store.remove({ maxBytes })]);
    expect(removed.map(versionsOf)).toEqual([["0.0.1"], []]);
  });

  /** Puts releases into the cache, each last used so many seconds after the epoch. */
  async function installAll(usedAt: Readonly<Record<string, number>>): Promise<void> {
    for (const [version, seconds] of Object.entries(usedAt)) {
      const folder = path.join("releases", version);
      await cp(path.join(template.cacheDir, folder), path.join(place.cacheDir, folder), { recursive: true });
      await utimes(path.join(place.cacheDir, folder, "release.json"), seconds, seconds);
    }
  }

  function versionsOf(releases: readonly { version: string }[]): string[] {
    return releases.map((release) => release.version);
  }
});
