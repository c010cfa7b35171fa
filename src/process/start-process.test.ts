import { deepStrictEqual } from "node:assert";
import { afterEach, beforeEach, expect, it } from "vitest";
import { closeProcessPlace, openProcessPlace } from "../../test/process-place.ts";
import type { StartRequest } from "../observation/process.ts";
import { spawnInteractive } from "./interactive.ts";
import { findTagged } from "./tagged-processes.ts";
import { createStartProcess } from "./start-process.ts";

let folder: string;
let tag: string;

beforeEach(async () => {
  ({ folder, tag } = await openProcessPlace());
});

afterEach(async () => {
  const left = { processes: await findTagged(tag), files: await closeProcessPlace({ folder, tag }) };
  deepStrictEqual(left, { processes: [], files: [] });
});

function shell(script: string): StartRequest {
  return { file: "/bin/sh", args: ["-c", script], cwd: folder, env: { PATH: "/usr/bin:/bin" }, outputDir: folder };
}

it("stays up until it is disposed of, with all that it started", async () => {
  await using server = await createStartProcess({ tag })(shell("setsid sleep 306 & echo listening on 4711; sleep 307"));
  const match = await server.waitForOutput(/listening on (\d+)/, 60_000);
  expect(match[1]).toBe("4711");
  expect(await findTagged(tag)).toContain(server.pid);
  await server[Symbol.asyncDispose]();
  expect(await server.exited).toEqual({ exit: null, signal: "SIGKILL" });
  expect(await findTagged(tag)).toEqual([]);
});

it("says how it ended before it was ready, with its last words", async () => {
  await using server = await createStartProcess({ tag })(shell("echo starting; echo port in use >&2; exit 3"));
  await expect(server.waitForOutput(/listening/, 60_000)).rejects.toThrow(
    "/bin/sh: waited for /listening/, but it ended (exit status 3)\nstarting\nport in use",
  );
  expect(await server.output()).toBe("starting\nport in use\n");
});

it("gives up waiting in time", async () => {
  await using server = await createStartProcess({ tag })(shell("sleep 308"));
  await expect(server.waitForOutput(/listening/, 50)).rejects.toThrow("/bin/sh: waited for /listening/, but nothing within 50 ms");
});

it("rejects what cannot be started", async () => {
  await expect(createStartProcess({ tag })({ ...shell(""), file: "/nowhere/pypi-server" })).rejects.toThrow(
    /^\/nowhere\/pypi-server could not be started: .*ENOENT/,
  );
});

it("an interactive program's exit comes back, and what it left behind is gone", async () => {
  const end = await spawnInteractive({ tag, ...shell("setsid sleep 309 & exit 4") });
  expect(end).toEqual({ exit: 4, signal: null });
  expect(await findTagged(tag)).toEqual([]);
});

it("an interactive program can be ended from outside", async () => {
  const controller = new AbortController();
  const running = spawnInteractive({ tag, ...shell("sleep 310; :"), signal: controller.signal });
  while ((await findTagged(tag)).length < 2) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  expect(await running).toEqual({ exit: null, signal: "SIGKILL" });
});
