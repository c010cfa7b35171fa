import { createHash, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePypiserver, type InstallOptions } from "../src/backend/pypiserver-install.ts";
import type { Gate, IndexRequest, PypiserverBackend, PypiserverIndex, ServedFile } from "../src/backend/pypiserver-index.ts";
import { startPypiserver } from "../src/backend/pypiserver-process.ts";
import { createProcessIdentity } from "../src/process/process-identity.ts";
import { createRunProcess } from "../src/process/run-process.ts";
import { createStartProcess } from "../src/process/start-process.ts";
import { realPython, someUv, temporaryFolder } from "./real-tools.ts";

/** What installs pypiserver in tests: real tools, and a cache that all tests share. */
export async function installOptions(cacheDir = join(tmpdir(), "uv-mre-test-cache")): Promise<InstallOptions> {
  return {
    cacheDir,
    python: await realPython(),
    uv: await someUv(),
    run: createRunProcess({ tag: `test-${randomUUID()}` }),
    identity: await createProcessIdentity(),
    env: Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  };
}

/** A real pypiserver as a process; disposing removes its folder too. */
export async function pypiserverProcess(): Promise<PypiserverBackend & { folder: string }> {
  const options = await installOptions();
  const library = await ensurePypiserver(options);
  const folder = await temporaryFolder();
  const start = createStartProcess({ tag: `test-${randomUUID()}` });
  const server = await startPypiserver({ library, python: options.python, start, env: options.env, folder: folder.path });
  return {
    folder: folder.path,
    openIndex: (request) => server.openIndex(request),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export function servedFile(name: string, content: string): ServedFile {
  const bytes = Buffer.from(content);
  return { name, sha256: createHash("sha256").update(bytes).digest("hex"), content: { kind: "bytes", bytes } };
}

export function indexRequest(changes: Partial<IndexRequest> = {}): IndexRequest {
  const gates: readonly Gate[] = ["download", "list", "update"];
  return {
    mount: "/acme/pypi/",
    files: [servedFile("sandbox-1.0-py3-none-any.whl", "first")],
    accounts: [{ name: "alice", password: "right" }],
    gates,
    ...changes,
  };
}

/** Status and body of a request to an index by its visible path. */
export async function ask(
  index: PypiserverIndex,
  path: string,
  credentials: string | null = null,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; body: string }> {
  const headers = new Headers(init.headers);
  if (credentials !== null) headers.set("authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
  const response = await fetch(`${index.origin}${path}`, { ...init, headers, redirect: "manual" });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** Statuses of several credentials for one path. */
export async function statuses(index: PypiserverIndex, path: string, credentials: readonly (string | null)[]): Promise<number[]> {
  const all: number[] = [];
  for (const each of credentials) all.push((await ask(index, path, each)).status);
  return all;
}

/** What `uv publish` and twine send, as far as pypiserver looks. */
export function uploadForm(name: string, content: string): FormData {
  const form = new FormData();
  form.set(":action", "file_upload");
  form.set("content", new Blob([content]), name);
  return form;
}
