import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { findTagged, killTagged } from "./tagged-processes.ts";
import { askPs, pidsWith } from "./ps.ts";
import { newCallId } from "./run-process.ts";

async function sleeper(env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn("/bin/sh", ["-c", "echo up; exec sleep 305"], { env, stdio: ["ignore", "pipe", "ignore"] });
  await once(child.stdout, "data");
  return child;
}

it("kills what carries the tag and nothing else", async () => {
  const tag = newCallId();
  const mine = await sleeper({ A: "1", UV_MRE_RUN: tag, PATH: "/usr/bin:/bin" });
  const longer = await sleeper({ UV_MRE_RUN: `${tag}2`, PATH: "/usr/bin:/bin" });
  const inside = await sleeper({ OTHER: `UV_MRE_RUN=${tag}`, PATH: "/usr/bin:/bin" });
  const ended = once(mine, "exit");
  expect(await findTagged(tag)).toContain(mine.pid);
  expect(await killTagged(tag)).toBe(1);
  expect(await ended).toEqual([null, "SIGKILL"]);
  expect([longer.exitCode, longer.signalCode, inside.exitCode, inside.signalCode]).toEqual([null, null, null, null]);
  expect(await killTagged(`${tag}2`)).toBe(1);
  inside.kill("SIGKILL");
});

it("finds them by ps as well, as on macOS", async (context) => {
  if (!existsSync("/bin/ps")) context.skip("ps is not installed");
  const tag = newCallId();
  const child = await sleeper({ A: "1", UV_MRE_RUN: tag, PATH: "/usr/bin:/bin" });
  const text = await askPs(["axeww", "-o", "pid=,command="]);
  expect(new Set(pidsWith(`UV_MRE_RUN=${tag}`, text ?? ""))).toEqual(new Set(await findTagged(tag)));
  expect(pidsWith(`UV_MRE_RUN=${tag.slice(0, -1)}`, text ?? "")).toEqual([]);
  expect(await askPs(["-o", "lstart=", "-p", String(child.pid)])).toMatch(/\d\d:\d\d:\d\d \d{4}/);
  expect(await killTagged(tag)).toBe(1);
  expect(await askPs(["-o", "lstart=", "-p", "2147483646"])).toBeNull();
});
