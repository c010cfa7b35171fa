import type { AgentOptions } from "node:https";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Trust, Connection } from "../../capture/look/proxy-and-trust.ts";

/** What an index page answered; redirects are not followed. */
export interface PageAnswer {
  readonly status: number;
  readonly challenge: string | null;
  readonly type: string | null;
}

export interface AskOptions {
  readonly url: string;
  readonly way: Connection & { readonly kind: "open" };
  /** Where the command runs, which paths of its variables may be relative to. */
  readonly folder: string;
  /** Of uv-mre, which it tells of itself. */
  readonly version: string;
  /** `Authorization`; `null`: none is sent. */
  readonly authorization: string | null;
  readonly signal: AbortSignal;
}

/** As uv says what it takes. */
const ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";
const TIMEOUT_MS = 20_000;

/** Sends one GET and reads the head of its answer. Rejects with an `Error` whose message says why none came. */
export async function askPage({ url, way, folder, version, authorization, signal }: AskOptions): Promise<PageAnswer> {
  const { Agent, request } = process.getBuiltinModule(url.startsWith("https:") ? "node:https" : "node:http");
  const proxyEnv = way.proxy === null ? {} : { HTTP_PROXY: way.proxy, HTTPS_PROXY: way.proxy };
  const options: AgentOptions & { readonly proxyEnv: Record<string, string> } = { proxyEnv, ca: await authorities(way.trust, folder) };
  const agent = new Agent(options);
  const headers = { accept: ACCEPT, "user-agent": `uv-mre/${version}`, ...(authorization === null ? {} : { authorization }) };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, headers, signal: limit }, (response) => {
      const { "www-authenticate": challenge, "content-type": type } = response.headers;
      resolve({ status: response.statusCode ?? 0, challenge: challenge ?? null, type: type?.split(";")[0]?.trim() ?? null });
      response.destroy();
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        new Error(
          error.name === "AbortError" || error.name === "TimeoutError"
            ? `no answer within ${TIMEOUT_MS / 1000} s`
            : (error.code ?? error.message),
        ),
      ),
    );
    outgoing.end();
  });
}

/** The certificates that are trusted, as PEM; `folder` is where the command runs. */
export async function authorities(trust: Trust, folder: string): Promise<string[]> {
  const { getCACertificates, rootCertificates } = process.getBuiltinModule("node:tls");
  if (trust.kind === "file") return [await readFile(path.resolve(folder, trust.path), "utf8")];
  return trust.kind === "system" ? getCACertificates("system") : [...rootCertificates];
}
