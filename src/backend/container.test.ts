import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { wholeOnly } from "../../test/product/extent.ts";
import { dockerMissing, dockerNote } from "../../test/docker.ts";
import { ask, indexRequest, statuses } from "../../test/pypiserver.ts";
import { realPython, someUv, temporaryFolder } from "../../test/real-tools.ts";
import { buildPackage } from "../package/build.ts";
import { createProcessIdentity } from "../process/process-identity.ts";
import { packagePrograms } from "../run/programs.ts";
import type { GeneratedPackage } from "../scenario/model.ts";
import { PypiServerContainer, type StartedPypiServerContainer, sweepContainers } from "../testcontainers.ts";
import { dockerStatus } from "./docker-status.ts";
import { connectDocker, type Docker, statusOf } from "./docker.ts";
import { baseImageFrom, ensurePypiserverImage, pypiserverImage } from "./image.ts";
import { startPypiserverContainer } from "./pypiserver-container.ts";
import { OWNER_LABEL } from "./sweep.ts";

const runFile = promisify(execFile);

describe.skipIf(dockerMissing !== null)(`pypiserver in a container${dockerNote}`, () => {
  test("is a private index by testcontainers' conventions", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "sandbox-1.0-py3-none-any.whl"), "first", { mode: 0o600 });
    await using container = await new PypiServerContainer().withUsers({ "al ice": "p/w:@" }).withPackages(folder.path).start();
    expect(container.getIndexUrl()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/simple\/$/);
    expect(container.getIndexUrl("al ice")).toMatch(/^http:\/\/al%20ice:p%2Fw%3A%40@127\.0\.0\.1:\d+\/simple\/$/);
    expect(() => container.getUrl("bob")).toThrow("the index has no user bob");
    expect(container.getUsers()).toEqual({ "al ice": "p/w:@" });

    const index = rootOf(container);
    expect(await statuses(index, "/simple/sandbox/", [null, "al ice:no", "al ice:p/w:@"])).toEqual([401, 403, 200]);
    expect((await ask(index, "/packages/sandbox-1.0-py3-none-any.whl", "al ice:p/w:@")).body).toBe("first");

    await container.setUsers({ bob: "new" });
    expect(await statuses(index, "/simple/", ["al ice:p/w:@", "bob:new"])).toEqual([403, 200]);
    await container.addPackages([{ name: "late-1.0-py3-none-any.whl", content: "later" }]);
    expect((await ask(index, "/simple/late/", "bob:new")).status).toBe(200);
  });

  test("serves a real uv", async () => {
    const [wheel] = await buildPackage(GENERATED, packagePrograms());
    if (wheel?.content.kind !== "bytes") throw new Error("a generated wheel is held in memory");
    const packages = [{ name: wheel.filename, content: wheel.content.bytes }];
    await using container = await new PypiServerContainer().withUsers({ alice: "s3cret" }).withPackages(packages).start();
    await using folder = await temporaryFolder();
    const [uv, { file: python }] = [await someUv(), await realPython()];
    const install = async (url: string): Promise<unknown> =>
      await runFile(uv, [
        "pip",
        "install",
        "--no-config",
        "--no-cache",
        "--target",
        folder.path,
        "--python",
        python,
        "--index-url",
        url,
        "sandbox",
      ]);
    await expect(install(container.getIndexUrl())).rejects.toThrow(/sandbox.*401/s);
    await install(container.getIndexUrl("alice"));
    expect(await readdir(folder.path)).toContain("sandbox");
  });

  test("without users it is open, and a fallback is where it sends for unknown packages", async () => {
    await using container = await new PypiServerContainer().withFallback("http://fallback.example.com/simple").start();
    const answer = await ask(rootOf(container), "/simple/unknown/");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "http://fallback.example.com/simple/unknown/"]);
  });

  test("gates only what it is told to", async (context) => {
    wholeOnly(context);
    await using container = await new PypiServerContainer().withUsers({ alice: "s3cret" }).withAuthenticate("update").start();
    expect(await statuses(rootOf(container), "/simple/", [null])).toEqual([200]);
    expect((await ask(rootOf(container), "/", null, { method: "POST" })).status).toBe(401);
  });

  test("holds more indexes, apart from each other", async (context) => {
    wholeOnly(context);
    await using container = await new PypiServerContainer().withUsers({ alice: "root" }).start();
    const packages = [{ name: "sandbox-1.0-py3-none-any.whl", content: "first" }];
    const one = await container.addIndex({ users: { alice: "one" }, packages, path: "/acme/pypi/" });
    const open = await container.addIndex({ packages });
    expect(await statuses(one, "/acme/pypi/simple/sandbox/", [null, "alice:root", "alice:one"])).toEqual([401, 403, 200]);
    expect(await statuses(open, "/simple/sandbox/", [null])).toEqual([200]);
    expect(open.url).toBe(`${open.origin}/simple/`);
    expect((await fetch(open.url)).status).toBe(200);
    expect(await statuses(rootOf(container), "/simple/sandbox/", ["alice:root"])).toEqual([404]);
  });

  test("is published on 127.0.0.1 only, does not run as root, is healthy, and keeps nobody's password", async () => {
    await using container = await new PypiServerContainer().withUsers({ alice: "very-secret-word" }).start();
    const details = await (await docker()).getContainer(container.getId()).inspect();
    expect(details.NetworkSettings.Ports["8080/tcp"]).toEqual([{ HostIp: "127.0.0.1", HostPort: String(container.getMappedPort(8080)) }]);
    expect(details.Config.User).toBe("10001:10001");
    expect(JSON.stringify(details)).not.toContain("very-secret-word");
    const check = details.Config.Healthcheck?.Test ?? [];
    expect((await container.exec(check.slice(1))).exitCode).toBe(0);
    expect((await container.exec(["id", "-u"])).output.trim()).toBe("10001");
  });

  test("stopping leaves nothing, starting several at once leaves them apart", async () => {
    const containers = await Promise.all([1, 2].map((each) => new PypiServerContainer().withUsers({ alice: `pw-${each}` }).start()));
    for (const [position, container] of containers.entries()) {
      expect(await statuses(rootOf(container), "/simple/", ["alice:pw-1", "alice:pw-2"])).toEqual(position === 0 ? [200, 403] : [403, 200]);
    }
    await Promise.all(containers.map((container) => container.stop()));
    const left = await (await docker()).listContainers({ all: true });
    expect(left.filter(({ Id }) => containers.some((container) => container.getId() === Id))).toEqual([]);
  });

  test("a restarted one still answers", async (context) => {
    wholeOnly(context);
    await using container = await new PypiServerContainer().withUsers({ alice: "s3cret" }).start();
    await container.restart();
    expect(await statuses(rootOf(container), "/simple/", ["alice:s3cret"])).toEqual([200]);
  });

  test("it ends when its owner is killed, and the next sweep removes it", async () => {
    const owner = await killedOwner();
    const api = await docker();
    const ended = async (): Promise<boolean> =>
      await api
        .getContainer(owner.container)
        .inspect()
        .then(
          ({ State }) => !State.Running,
          (error: unknown) => statusOf(error) === 404,
        );
    await expect.poll(ended, { timeout: 60_000 }).toBe(true);
    await sweepContainers();
    // Another test's sweep may be at it.
    const gone = api.getContainer(owner.container);
    await expect.poll(() => gone.inspect().catch(statusOf), { timeout: 60_000 }).toBe(404);
  });

  test("a sweep removes what a dead owner left running, and nothing else in the user's Docker", async () => {
    const api = await docker();
    const { token } = await createProcessIdentity();
    const [host] = token.split("~");
    const labels = {
      dead: { [OWNER_LABEL]: `${host}~${2 ** 22 + 1}~1` },
      alive: { [OWNER_LABEL]: token },
      elsewhere: { [OWNER_LABEL]: "another-host~1~1" },
      stranger: { "org.testcontainers": "true" },
    };
    const image = await ensurePypiserverImage(api, await createProcessIdentity(), baseImageFrom(process.env));
    const created = await Promise.all(
      Object.entries(labels).map(async ([name, Labels]) => {
        const container = await api.createContainer({ Image: image, Labels });
        onTestFinished(async () => void (await container.remove({ force: true }).catch(() => {})));
        // Another test's sweep may have been faster.
        await container.start().catch((error: unknown) => {
          if (name !== "dead" || statusOf(error) !== 404) throw error;
        });
        return { name, id: container.id };
      }),
    );
    await sweepContainers();
    const left = async (): Promise<string[]> => {
      const there = new Set((await api.listContainers({ all: true })).map(({ Id }) => Id));
      return created.filter(({ id }) => there.has(id)).map(({ name }) => name);
    };
    // Another test's sweep may be at it.
    await expect.poll(left, { timeout: 60_000 }).toEqual(["alive", "elsewhere", "stranger"]);
  });

  test("a failed build says why and runs nothing, least of all an older image", async () => {
    const failure = new PypiServerContainer().withBaseImage("uv-mre.example.com/no-such-base:1").start();
    await expect(failure).rejects.toThrow(
      /^the image uv-mre\/pypiserver:[0-9a-f]{16} could not be built on uv-mre\.example\.com\/no-such-base:1: .*(no-such-base|lookup|dial)/s,
    );
  });

  test("the image has the name that docker/setup.sh gives it, and is there after it", async () => {
    const { stdout } = await runFile("bash", [join(import.meta.dirname, "../../docker/setup.sh"), "--tag"]);
    const image = await pypiserverImage(await docker(), baseImageFrom(process.env));
    expect(image.name).toBe(stdout.trim());
    expect(await ensurePypiserverImage(await docker(), await createProcessIdentity(), baseImageFrom(process.env))).toBe(image.name);
    // Another base is another image.
    expect((await pypiserverImage(await docker(), "example.com/python:1")).name).not.toBe(image.name);
  });

  test("a container that ends at once shows its last words", async () => {
    const container = new PypiServerContainer().withUsers({ alice: "x" }).withEnvironment({ PYTHONPATH: "/nowhere" });
    await expect(container.start()).rejects.toThrow(/ended \(exit status 1\) before it answered:[^]*No module named 'pypiserver'/);
  });

  test("TESTCONTAINERS_HOST_OVERRIDE names the host", async () => {
    vi.stubEnv("TESTCONTAINERS_HOST_OVERRIDE", "localhost");
    onTestFinished(() => void vi.unstubAllEnvs());
    await using container = await new PypiServerContainer().start();
    expect(container.getUrl()).toMatch(/^http:\/\/localhost:\d+\/$/);
    expect((await fetch(container.getIndexUrl())).status).toBe(200);
  });

  test("the runner's backend is the same server", async () => {
    await using backend = await startPypiserverContainer({ identity: await createProcessIdentity() });
    const [one, other] = await Promise.all([
      backend.openIndex(indexRequest()),
      backend.openIndex(indexRequest({ accounts: [{ name: "alice", password: "other" }] })),
    ]);
    expect(await statuses(one, "/acme/pypi/simple/sandbox/", [null, "alice:other", "alice:right"])).toEqual([401, 403, 200]);
    expect(await statuses(other, "/acme/pypi/simple/sandbox/", [null, "alice:other", "alice:right"])).toEqual([401, 200, 403]);
    await one.setAccounts([]);
    expect(await statuses(one, "/acme/pypi/simple/sandbox/", [null, "alice:right"])).toEqual([401, 403]);
    await other.setAccounts([{ name: "alice", password: "third" }]);
    expect(await statuses(other, "/acme/pypi/simple/sandbox/", ["alice:other", "alice:third"])).toEqual([403, 200]);
  });

  test("doctor's view of it", async () => {
    const { client, daemon, reason, image, advice } = await dockerStatus(process.env);
    expect({ daemon, reason, present: image?.present, advice }).toEqual({
      daemon: expect.stringMatching(/^\d+\./),
      reason: null,
      present: true,
      advice: null,
    });
    expect(client === null || client.endsWith("docker")).toBe(true);
  });
});

async function docker(): Promise<Docker> {
  return (await connectDocker()).container.dockerode;
}

function rootOf(container: StartedPypiServerContainer): Parameters<typeof ask>[0] {
  const origin = container.getUrl().replace(/\/$/, "");
  return { origin, url: container.getIndexUrl(), setAccounts: async () => {}, publish: async () => {} };
}

/** A process that started a container and was killed; its container's id. */
async function killedOwner(): Promise<{ container: string }> {
  const script = `
    const { PypiServerContainer } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../testcontainers.ts")).href)});
    const container = await new PypiServerContainer().withUsers({ alice: "x" }).start();
    console.log(container.getId());
    setInterval(() => {}, 1000);
  `;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(owner, "exit");
  const [chunk] = await Promise.race([once(owner.stdout, "data"), exited]);
  owner.kill("SIGKILL");
  await exited;
  return { container: String(chunk).trim() };
}

const GENERATED: GeneratedPackage = {
  kind: "generated",
  name: "sandbox",
  version: "1.0",
  requires: [],
  extras: {},
  requiresPython: null,
  formats: ["wheel"],
  scripts: {},
  files: {},
  yanked: false,
  visibleTo: null,
  keyringPlugin: null,
};
