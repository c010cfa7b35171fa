import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { connectDocker, whyNoDocker } from "./docker.ts";

test.skipIf(process.platform === "win32")("the reason why there is no Docker is told", async () => {
  await using folder = await temporaryFolder();
  const socket = join(folder.path, "docker.sock");
  expect(await whyNoDocker({}, [socket])).toBe("no daemon is there (no socket at any of the usual places, DOCKER_HOST is not set)");

  const server = createServer(() => {}).listen(socket);
  await new Promise((resolve) => server.once("listening", resolve));
  expect(await whyNoDocker({}, [join(folder.path, "absent.sock"), socket])).toBe(`the daemon at ${socket} gives no usable answer`);
  server.close();

  const dead = join(folder.path, "dead.sock");
  await mkdir(dead);
  expect(await whyNoDocker({}, [dead])).toMatch(/^no daemon is behind .*dead\.sock \(E[A-Z]+; is it running\?\)$/);

  expect(await whyNoDocker({ DOCKER_HOST: "tcp://docker.example.com:2375" })).toBe(
    "no daemon answers at DOCKER_HOST (tcp://docker.example.com:2375)",
  );
});

test("Docker is there where UV_MRE_REQUIRE_DOCKER=1 demands it; elsewhere its absence is one clear line", async () => {
  const found = await connectDocker().then(
    () => "there",
    (error: unknown) => String(error),
  );
  const wanted =
    process.env["UV_MRE_REQUIRE_DOCKER"] === "1" ? /^there$/ : /^(there|UserError: Docker is needed, but [^\n]+: install Docker [^\n]+)$/;
  expect(found).toMatch(wanted);
});
