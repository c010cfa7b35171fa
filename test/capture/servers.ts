import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildDistributions } from "../../src/run/harness/prepare.ts";
import type { GeneratedPackage } from "../../src/scenario/model.ts";
import { uploadOf } from "../gateway-fixture.ts";
import { registryCommands } from "./tools.ts";

const runFile = promisify(execFile);

export interface Account {
  readonly user: string;
  readonly password: string;
}

export interface Server extends AsyncDisposable {
  readonly port: number;
}

/** A package with what it needs, as little as a registry takes. */
export function stub(name: string, requires: readonly string[] = []): GeneratedPackage {
  return {
    kind: "generated",
    name,
    version: "1.4.0",
    requires,
    extras: {},
    requiresPython: null,
    formats: ["wheel"],
    scripts: name.endsWith("-cli") ? { [name]: `${name.replaceAll("-", "_")}:main` } : {},
    files: {},
    yanked: false,
    visibleTo: null,
    keyringPlugin: null,
  };
}

/** The packages as files of a folder. */
export async function writePackages(folder: string, packages: readonly GeneratedPackage[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { filename, content } of await buildDistributions(packages)) {
    if (content.kind === "bytes") await writeFile(join(folder, filename), content.bytes);
  }
}

/** A real pypiserver at a loopback port that asks for credentials everywhere, or, without accounts, is open to all. */
export async function startPypiserver(
  folder: string,
  packages: readonly GeneratedPackage[],
  accounts: readonly Account[],
): Promise<Server> {
  const bin = await registryCommands("pypiserver");
  const files = join(folder, "packages");
  await writePackages(files, packages);
  const htpasswd = join(folder, "htpasswd");
  const script =
    "import json, sys\nfrom passlib.apache import HtpasswdFile\nh = HtpasswdFile(sys.argv[1], new=True, default_scheme='ldap_sha1')\n" +
    "[h.set_password(a['user'], a['password']) for a in json.loads(sys.argv[2])]\nh.save()";
  await runFile(join(bin, "python"), ["-c", script, htpasswd, JSON.stringify(accounts)]);
  const port = await freePort();
  const argv = [
    "run",
    "-p",
    String(port),
    "-i",
    "127.0.0.1",
    "-P",
    htpasswd,
    "-a",
    accounts.length === 0 ? "update" : "list,download,update",
    "--disable-fallback",
    files,
  ];
  return started(spawn(join(bin, "pypi-server"), argv, { stdio: "ignore" }), port, "/");
}

/** A real devpi-server with `team/prod`, open to all, as it stands behind a front that asks for credentials. */
export async function startDevpi(folder: string, packages: readonly GeneratedPackage[]): Promise<Server> {
  const bin = await registryCommands("devpi");
  const data = join(folder, "devpi");
  const run = (command: string, ...args: string[]): Promise<unknown> =>
    runFile(join(bin, command), args, { env: { ...process.env, HOME: folder } });
  await run("devpi-init", "--serverdir", data, "--no-root-pypi", "--root-passwd", "root");
  const port = await freePort();
  const server = await started(
    spawn(join(bin, "devpi-server"), ["--serverdir", data, "--host", "127.0.0.1", "--port", String(port), "--offline-mode"], {
      stdio: "ignore",
    }),
    port,
    "/+api",
  );
  const origin = `http://127.0.0.1:${port}`;
  const basic = (user: string, password: string): string => Buffer.from(`${user}:${password}`).toString("base64");
  const put = async (path: string, token: string, settings: object): Promise<void> => {
    const headers = { "x-devpi-auth": token, "content-type": "application/json", accept: "application/json" };
    const answer = await fetch(origin + path, { method: "PUT", headers, body: JSON.stringify(settings) });
    if (!answer.ok) throw new Error(`devpi: PUT ${path}: ${answer.status} ${await answer.text()}`);
  };
  const login = async (user: string, password: string): Promise<string> => {
    const answer = await fetch(`${origin}/+login`, { method: "POST", body: JSON.stringify({ user, password }) });
    const told: { result: { password: string } } = JSON.parse(await answer.text());
    return basic(user, told.result.password);
  };
  await put("/team", await login("root", "root"), { password: "team" });
  await put("/team/prod", await login("team", "team"), { bases: [], type: "stage", volatile: false });
  for (const file of await buildDistributions(packages)) {
    const headers = { authorization: `Basic ${basic("team", "team")}` };
    const answer = await fetch(`${origin}/team/prod/`, { method: "POST", headers, body: uploadOf(file) });
    if (!answer.ok) throw new Error(`devpi: ${file.filename}: ${answer.status} ${await answer.text()}`);
  }
  return server;
}

async function started(child: ChildProcess, port: number, path: string): Promise<Server> {
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const deadline = Date.now() + 180_000;
  for (;;) {
    const answers = await fetch(`http://127.0.0.1:${port}${path}`).then(
      () => true,
      () => false,
    );
    if (answers) break;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`no server answers at port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
