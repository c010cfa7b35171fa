import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, indexRequest, installOptions, pypiserverProcess, servedFile, statuses, uploadForm } from "../../test/pypiserver.ts";
import { temporaryFolder } from "../../test/real-tools.ts";
import { UserError } from "../scenario/error.ts";
import { ensurePypiserver } from "./pypiserver-install.ts";
import type { PypiserverBackend } from "./pypiserver-index.ts";

describe("pypiserver as a process", () => {
  let server: PypiserverBackend;
  beforeAll(async () => {
    server = await pypiserverProcess();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test("decides on the credentials itself: none 401, wrong or empty 403, right 200", async () => {
    const index = await server.openIndex(indexRequest());
    const asked = [null, "alice:wrong", "alice:", "bob:right", "alice:right"];
    expect(await statuses(index, "/acme/pypi/simple/", asked)).toEqual([401, 403, 403, 403, 200]);
    expect(await statuses(index, "/acme/pypi/simple/sandbox/", asked)).toEqual([401, 403, 403, 403, 200]);
    expect(await statuses(index, "/acme/pypi/packages/sandbox-1.0-py3-none-any.whl", asked)).toEqual([401, 403, 403, 403, 200]);
    expect((await ask(index, "/acme/pypi/simple/")).headers.get("www-authenticate")).toBe('Basic realm="pypi"');
  });

  test("asks for nothing where nothing is gated, and only for uploads where only those are", async () => {
    const open = await server.openIndex(indexRequest({ gates: [], accounts: [] }));
    expect(await statuses(open, "/acme/pypi/simple/sandbox/", [null, "alice:wrong"])).toEqual([200, 200]);
    const readable = await server.openIndex(indexRequest({ gates: ["update"] }));
    expect(await statuses(readable, "/acme/pypi/simple/sandbox/", [null, "alice:wrong"])).toEqual([200, 200]);
    const upload = { method: "POST", body: uploadForm("sandbox-3.0-py3-none-any.whl", "x") };
    expect((await ask(readable, "/acme/pypi/", null, upload)).status).toBe(401);
  });

  test("lets nobody in where nobody has a valid password", async () => {
    const index = await server.openIndex(indexRequest({ accounts: [] }));
    expect(await statuses(index, "/acme/pypi/simple/", [null, "alice:right"])).toEqual([401, 403]);
  });

  test("sees new passwords on the next request, however quickly they follow each other", async () => {
    const index = await server.openIndex(indexRequest());
    for (let round = 0; round < 20; round += 1) {
      await index.setAccounts([{ name: "alice", password: `round-${round}` }]);
      expect(await statuses(index, "/acme/pypi/simple/", [`alice:round-${round - 1}`, `alice:round-${round}`])).toEqual([403, 200]);
    }
  });

  test("keeps indexes apart that share a server, a user's name and their files", async () => {
    const one = await server.openIndex(indexRequest());
    const other = await server.openIndex(indexRequest({ accounts: [{ name: "alice", password: "other" }] }));
    expect(await statuses(one, "/acme/pypi/simple/", ["alice:right", "alice:other"])).toEqual([200, 403]);
    expect(await statuses(other, "/acme/pypi/simple/", ["alice:right", "alice:other"])).toEqual([403, 200]);

    const upload = { method: "POST", body: uploadForm("sandbox-2.0-py3-none-any.whl", "second") };
    expect((await ask(one, "/acme/pypi/", "alice:right", upload)).status).toBe(200);
    await one.publish([servedFile("sandbox-3.0-py3-none-any.whl", "third")]);
    const hrefs = (page: string): string[] => [...page.matchAll(/href="[^"#]*\/([^"#/]+)/g)].map((match) => match[1] ?? "");
    expect(hrefs((await ask(one, "/acme/pypi/simple/sandbox/", "alice:right")).body)).toEqual([
      "sandbox-1.0-py3-none-any.whl",
      "sandbox-2.0-py3-none-any.whl",
      "sandbox-3.0-py3-none-any.whl",
    ]);
    expect(hrefs((await ask(other, "/acme/pypi/simple/sandbox/", "alice:other")).body)).toEqual(["sandbox-1.0-py3-none-any.whl"]);
    expect((await ask(one, "/acme/pypi/packages/sandbox-3.0-py3-none-any.whl", "alice:right")).body).toBe("third");
  });

  test("refuses to replace a file", async () => {
    const index = await server.openIndex(indexRequest());
    const upload = { method: "POST", body: uploadForm("sandbox-1.0-py3-none-any.whl", "changed") };
    expect((await ask(index, "/acme/pypi/", "alice:right", upload)).status).toBe(409);
  });

  test("writes links and redirects as people see the index, not as we reach it", async () => {
    const index = await server.openIndex(indexRequest());
    const page = await ask(index, "/acme/pypi/simple/sandbox/", "alice:right");
    expect(/href="([^"]*)"/.exec(page.body)?.[1]).toMatchInlineSnapshot(
      `"/acme/pypi/packages/sandbox-1.0-py3-none-any.whl#sha256=a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e"`,
    );
    const headers = { "x-forwarded-host": "feeds.example.com", "x-forwarded-proto": "https" };
    const redirect = await ask(index, "/acme/pypi/simple/Sandbox", "alice:right", { headers });
    expect([redirect.status, redirect.headers.get("location")]).toEqual([301, "https://feeds.example.com/acme/pypi/simple/Sandbox/"]);
  });

  test("answers nothing outside of its mount, nor under a name that is no index", async () => {
    const index = await server.openIndex(indexRequest());
    expect(await statuses(index, "/other/simple/", ["alice:right"])).toEqual([404]);
    expect(await statuses({ ...index, origin: `${index.origin}x` }, "/acme/pypi/simple/", ["alice:right"])).toEqual([404]);
    expect(await statuses({ ...index, origin: new URL(index.origin).origin }, "/simple/", [null, "alice:right"])).toEqual([401, 403]);
  });
});

test("nothing is left after disposal", async () => {
  const server = await pypiserverProcess();
  const index = await server.openIndex(indexRequest());
  expect(await statuses(index, "/acme/pypi/simple/", [null])).toEqual([401]);
  await server[Symbol.asyncDispose]();
  await expect(ask(index, "/acme/pypi/simple/")).rejects.toThrow("fetch failed");
  await expect(readdir(server.folder)).rejects.toThrow("ENOENT");
});

test.skipIf(process.platform === "win32")("it ends when its owner is killed", async () => {
  const script = `
    const { pypiserverProcess, indexRequest } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../test/pypiserver.ts")).href)});
    const server = await pypiserverProcess();
    console.log((await server.openIndex(indexRequest())).origin);
    setInterval(() => {}, 1000);
  `;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [chunk] = await Promise.race([once(owner.stdout, "data"), once(owner, "exit")]);
  const url = `${String(chunk).trim()}/acme/pypi/simple/`;
  expect((await fetch(url)).status).toBe(401);
  owner.kill("SIGKILL");
  await expect.poll(() => fetch(url).then(String, () => "gone"), { timeout: 60_000 }).toBe("gone");
});

describe("installing", () => {
  test("happens once for two at a time, and an attempt that was cut off goes away", async () => {
    await using cache = await temporaryFolder();
    const abandoned = join(cache.path, "staging", "some-host~1~1-abcdef");
    const options = await installOptions(cache.path);
    const [host] = options.identity.token.split("~");
    const dead = join(cache.path, "staging", `${host}~${2 ** 22 + 1}~1-abcdef`);
    for (const folder of [abandoned, dead]) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "half"), "");
    }
    const [one, two] = await Promise.all([ensurePypiserver(options), ensurePypiserver(options)]);
    expect(one).toBe(two);
    expect(await readdir(one)).toContain("pypiserver");
    // Of another host nothing is known, so its attempt stays.
    expect(await readdir(join(cache.path, "pypiserver"))).toEqual([one.slice(-16)]);
    expect(await readdir(join(cache.path, "staging"))).toEqual(["some-host~1~1-abcdef"]);
  });

  test("without network it says so and leaves nothing", async () => {
    await using cache = await temporaryFolder();
    const options = await installOptions(cache.path);
    const env = {
      ...options.env,
      UV_DEFAULT_INDEX: "http://127.0.0.1:9/simple/",
      UV_NO_CACHE: "1",
      UV_FIND_LINKS: "",
      UV_HTTP_RETRIES: "0",
    };
    const failure: unknown = await ensurePypiserver({ ...options, env }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(String(failure)).toMatch(/^UserError: pypiserver could not be installed \(the network/);
    expect(await readdir(join(cache.path, "staging"))).toEqual([]);
    expect(await readdir(cache.path)).toEqual(["staging"]);
  });

  test("a Python that is too old is named", async () => {
    await using cache = await temporaryFolder();
    const options = { ...(await installOptions(cache.path)), python: { file: "/opt/python3.9", version: "3.9.18" } };
    await expect(ensurePypiserver(options)).rejects.toThrow("pypiserver needs Python 3.10 or newer; /opt/python3.9 is 3.9.18");
  });
});
