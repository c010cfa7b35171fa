// Answers a second for a page and for a 1 MB file: our gateway (auth and journal on, plain http) against pypiserver as
// a process (auth on). Both serve the same files from disk, to the same load, each in a process beside the one that
// asks. Exits 1 where a target is missed.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { buildPackage } from "../src/package/build.ts";
import { packagePrograms } from "../src/run/programs.ts";
import type { Distribution } from "../src/scenario/distribution.ts";
import { pypiserverProcess } from "../test/pypiserver.ts";
import { temporaryFolder } from "../test/real-tools.ts";
import { requestsPerSecond } from "./load.ts";
import { median } from "./measure.ts";

const USER = "alice";
const SECRET = randomBytes(16).toString("hex");
const AUTHORIZATION = `Basic ${Buffer.from(`${USER}:${SECRET}`).toString("base64")}`;
const VERSIONS = 10;
const ROUNDS = 3;
const LOAD = { connections: 8, durationMs: 2000, authorization: AUTHORIZATION };

interface Served {
  /** URL of the simple index. */
  readonly index: string;
}

/** What is asked for, and by how much ours has to be faster. */
const CASES = [
  { name: `page of ${VERSIONS} files`, target: 20, url: ({ index }: Served) => `${index}sandbox/` },
  { name: "file of 1 MB", target: 2, url: ({ index }: Served) => firstLink(`${index}large/`) },
];

await using folder = await temporaryFolder();
const distributions = [...(await sandboxes()), await large()];
await using pypiserver = await servePypiserver();
await using gateway = await serveGateway();

console.log(`${LOAD.connections} connections, ${ROUNDS} rounds of ${LOAD.durationMs / 1000} s, median; ${availableParallelism()} cores`);
let missed = false;
for (const { name, target, url } of CASES) {
  const [ours, theirs] = [await url(gateway), await url(pypiserver)];
  const rounds: { ours: number; theirs: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ ours: await requestsPerSecond({ ...LOAD, url: ours }), theirs: await requestsPerSecond({ ...LOAD, url: theirs }) });
  }
  const [us, them] = [median(rounds.map((round) => round.ours)), median(rounds.map((round) => round.theirs))];
  const met = us / them >= target;
  missed ||= !met;
  const numbers = [`gateway ${us.toFixed(0)}/s`, `pypiserver ${them.toFixed(0)}/s`, `ratio ${(us / them).toFixed(1)}`];
  console.log(`${name}: ${numbers.join(", ")}, wanted ${target}: ${met ? "met" : "MISSED"}`);
}
if (missed) process.exitCode = 1;

/** Small wheels of one project, on disk. */
async function sandboxes(): Promise<Distribution[]> {
  const built = Array.from({ length: VERSIONS }, (_, version) =>
    buildPackage(
      {
        kind: "generated",
        name: "sandbox",
        version: `1.${version}`,
        requires: [],
        extras: {},
        requiresPython: ">=3.9",
        formats: ["wheel"],
        scripts: {},
        files: {},
        yanked: false,
        visibleTo: null,
        keyringPlugin: null,
      },
      packagePrograms(),
    ),
  );
  return await Promise.all((await Promise.all(built)).flat().map(onDisk));
}

async function large(): Promise<Distribution> {
  const bytes = randomBytes(2 ** 20);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const name = { project: "large", version: "1.0", filename: "large-1.0-py3-none-any.whl" };
  const rest = { requiresPython: null, yanked: false, metadata: null, visibleTo: null } as const;
  return await onDisk({ ...name, ...rest, sha256, size: bytes.length, content: { kind: "bytes", bytes } });
}

async function onDisk(distribution: Distribution): Promise<Distribution> {
  if (distribution.content.kind === "file") return distribution;
  const path = join(folder.path, distribution.filename);
  await writeFile(path, distribution.content.bytes);
  return { ...distribution, content: { kind: "file", path } };
}

async function servePypiserver(): Promise<Served & AsyncDisposable> {
  const server = await pypiserverProcess();
  const { url } = await server.openIndex({
    mount: "/acme/",
    files: distributions.map(({ filename, sha256, content }) => ({ name: filename, sha256, content })),
    accounts: [{ name: USER, password: SECRET }],
    gates: ["list", "download", "update"],
  });
  return { index: url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function serveGateway(): Promise<Served & AsyncDisposable> {
  const description = join(folder.path, "served.json");
  await writeFile(description, JSON.stringify({ distributions, user: USER, secret: SECRET }));
  const script = fileURLToPath(new URL("gateway-process.ts", import.meta.url));
  const child = spawn(process.execPath, [script, description], { stdio: ["pipe", "pipe", "inherit"] });
  const [index] = await once(createInterface(child.stdout), "line");
  const dispose = async (): Promise<void> => {
    const closed = once(child, "close");
    child.stdin.end();
    await closed;
  };
  return { index: String(index), [Symbol.asyncDispose]: dispose };
}

/** The file that a page links to first. */
async function firstLink(page: string): Promise<string> {
  const response = await fetch(page, { headers: { authorization: AUTHORIZATION } });
  const href = /href="(?<href>[^"#]+)/.exec(await response.text())?.groups?.["href"];
  if (!response.ok || href === undefined) throw new Error(`no link on ${page}: ${response.status}`);
  // pypiserver's links leave out what only we put before a path, to tell its indexes apart.
  const prefix = /^\/_index\/[^/]+/.exec(new URL(page).pathname)?.[0] ?? "";
  const url = new URL(href, page);
  if (!url.pathname.startsWith(prefix)) url.pathname = prefix + url.pathname;
  return url.href;
}
