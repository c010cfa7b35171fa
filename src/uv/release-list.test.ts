import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeTestPlace, fakeReleases, OFFLINE, openTestPlace, says, SHARED_CACHE, type TestPlace } from "../../test/uv-context.ts";
import { readKept, writeKept } from "../disk/kept-json.ts";
import type { PythonInfo } from "../observation/process.ts";
import { UserError } from "../scenario/error.ts";
import { compare } from "../scenario/version.ts";
import { openReleaseStore } from "./install.ts";
import { listReleases } from "./release-list.ts";

let place: TestPlace;

beforeEach(async () => {
  place = await openTestPlace();
});

afterEach(() => closeTestPlace(place));

const FAKE = { "0.0.2": says("0.0.2"), "0.0.10": says("0.0.10"), "0.1.0rc1": says("0.1.0rc1") };

it("holds the releases of PyPI, oldest first, and is asked for once in an hour", async () => {
  const before = Date.now();
  const list = await listReleases(place.context());
  expect(list.versions).toEqual(expect.arrayContaining(["0.1.0", "0.9.5", "0.9.18", "0.13.9"]));
  expect(list.versions).toEqual([...list.versions].sort(compare));
  expect(list.fetchedAt).toBeGreaterThanOrEqual(before);
  expect(list.notice).toBeNull();
  expect(await listReleases(place.context({}, OFFLINE))).toEqual(list);
});

it("comes from the user's own index, without pre-releases", async () => {
  const env = await fakeReleases(place.folder, FAKE);
  expect((await listReleases(place.context({}, env))).versions).toEqual(["0.0.2", "0.0.10"]);
});

it("is fetched anew on demand and when it is older than an hour", async () => {
  const context = place.context({}, await fakeReleases(place.folder, { "0.0.2": says("0.0.2") }));
  await listReleases(context);
  await fakeReleases(place.folder, FAKE);
  expect((await listReleases(context)).versions).toEqual(["0.0.2"]);
  await backdate(3_500_000);
  expect((await listReleases(context)).versions).toEqual(["0.0.2"]);
  expect((await listReleases(context, { refresh: true })).versions).toEqual(["0.0.2", "0.0.10"]);
  await fakeReleases(place.folder, { "0.0.11": says("0.0.11") });
  await backdate(3_601_000);
  expect((await listReleases(context)).versions).toEqual(["0.0.2", "0.0.10", "0.0.11"]);
});

it("is the old one, with a notice, where there is no network", async () => {
  const list = await listReleases(place.context({}, await fakeReleases(place.folder, FAKE)));
  const stale = await listReleases(place.context({}, OFFLINE), { refresh: true });
  expect(stale).toMatchObject({ versions: list.versions, fetchedAt: list.fetchedAt });
  expect(stale.notice).toMatch(
    /^uv's releases as of \d{4}-\d\d-\d\d \d\d:\d\d UTC; the list could not be fetched anew: .*Connection refused.*ERROR: /s,
  );
  const quiet = await listReleases(place.context({}, { UV_OFFLINE: "1" }), { refresh: true });
  expect(quiet.notice).toMatch(/could not be fetched anew: UV_OFFLINE is set$/);
});

it("is an error where there is none and no network", async () => {
  const listing = listReleases(place.context({}, OFFLINE));
  await expect(listing).rejects.toThrow(UserError);
  await expect(listing).rejects.toThrow(/^the list of uv's releases could not be fetched: .*Connection refused.*\n.*An exact release/s);
});

describe("for a Python without pip", () => {
  let python: PythonInfo;

  beforeEach(async () => {
    const { run } = place.context();
    const venv = path.join(place.folder, "venv");
    const args = ["-m", "venv", "--without-pip", venv];
    await run({ file: place.python.file, args, cwd: place.folder, env: {}, stdin: null, timeoutMs: 60_000, outputDir: place.folder });
    python = { file: path.join(venv, "bin", "python"), version: place.python.version };
  });

  it("is fetched by the pip that Python carries", async (test) => {
    const { run } = place.context();
    const asked = { file: python.file, args: ["-c", "import ensurepip"], cwd: place.folder, env: {}, stdin: null };
    const { exit } = await run({ ...asked, timeoutMs: 60_000, outputDir: place.folder });
    if (exit !== 0) test.skip("this Python carries no pip (Debian: python3-venv)");
    const context = place.context({ python: async () => python }, await fakeReleases(place.folder, FAKE));
    expect((await listReleases(context)).versions).toEqual(["0.0.2", "0.0.10"]);
  });

  it("that carries none either (Debian) is fetched by a pip that a uv at hand fetches; without one, the error says so", async () => {
    const file = path.join(place.folder, "python3");
    await writeFile(file, `#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec ${python.file} "$@"\n`, { mode: 0o755 });
    const changes = { python: async () => ({ ...python, file }) };
    const env = await fakeReleases(place.folder, FAKE);
    await expect(listReleases(place.context(changes, env))).rejects.toThrow(
      /: the chosen Python has no pip; install it \(Debian: python3-pip\)\n/,
    );
    await using shared = openReleaseStore(place.context({ cacheDir: SHARED_CACHE }));
    const PATH = path.dirname((await shared.ensure("0.9.5")).file);
    expect((await listReleases(place.context(changes, { ...env, PATH }))).versions).toEqual(["0.0.2", "0.0.10"]);
  });
});

it("that was cut short is fetched anew", async () => {
  const context = place.context({}, await fakeReleases(place.folder, FAKE));
  await listReleases(context);
  await writeFile(file(), (await readFile(file(), "utf8")).slice(0, 15));
  expect((await listReleases(context)).versions).toEqual(["0.0.2", "0.0.10"]);
});

function file(): string {
  return path.join(place.cacheDir, "uv-releases.json");
}

async function backdate(ms: number): Promise<void> {
  await writeKept(file(), { ...((await readKept(file())) as object), fetchedAt: Date.now() - ms });
}
