import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect, it } from "vitest";
import { createProcessIdentity } from "./process-identity.ts";

it("knows itself, in characters fit for a file name", async () => {
  const own = await createProcessIdentity();
  expect(own.token).toMatch(/^[A-Za-z0-9.-]+~\d+~[A-Za-z0-9-]+$/);
  expect(await own.isAlive(own.token)).toBe(true);
});

it("tells a dead process, a reused pid, another host and a strange name apart", async () => {
  const own = await createProcessIdentity();
  const [host, pid, start] = own.token.split("~");
  const program = `import(${JSON.stringify(path.resolve("src/process/process-identity.ts"))}).then(async (m) => { console.log((await m.createProcessIdentity()).token); setInterval(() => {}, 1000); })`;
  const other = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const token = String((await once(other.stdout, "data"))[0]).trim();
  expect(await own.isAlive(token)).toBe(true);
  const ended = once(other, "exit");
  other.kill("SIGKILL");
  await ended;
  expect({
    dead: await own.isAlive(token),
    reused: await own.isAlive(`${host}~${pid}~1${start}`),
    elsewhere: await own.isAlive(`elsewhere~${pid}~${start}`),
    strange: await own.isAlive("strange"),
  }).toEqual({ dead: false, reused: false, elsewhere: null, strange: null });
});
