import { request as openRequest } from "./http.ts";
import type { IncomingMessage } from "node:http";
import type { Answer } from "./answer.ts";
import type { Caller } from "./caller.ts";
import type { Content, RegistryRequest } from "./registry-request.ts";
import type { Links } from "./links.ts";
import type { Mount } from "./mount.ts";
import { originOf } from "./target.ts";

/** Passed on as they come; the rest is between the two of us. */
const REQUEST_HEADERS = ["accept", "authorization", "content-type", "range", "if-range", "user-agent"];
const ANSWER_HEADERS = [
  "accept-ranges",
  "allow",
  "cache-control",
  "content-range",
  "content-type",
  "etag",
  "last-modified",
  "location",
  "vary",
  "www-authenticate",
];

/**
 * A real server behind us answers, credentials included. `url` is put before the path that the client asked for;
 * the server's links and redirects name that path, under the host in `Host`. Rejects if the server can't be reached.
 */
export function createUpstream(url: string, mount: Mount, links: Links): Content {
  const authority = originOf(mount.origin).replace(/^\w+:\/\//, "");
  const base = new URL(url);
  const prefix = base.pathname.replace(/\/$/, "");

  return async (request, caller) => {
    const { headers, statusCode = 502, bytes } = await ask(request, caller);
    const body = rewritten(headers["content-type"] ?? "", bytes);
    const kept = Object.fromEntries(
      ANSWER_HEADERS.flatMap((name) => {
        const value = headers[name];
        return value === undefined ? [] : [[name, name === "location" ? relocated(String(value)) : value]];
      }),
    );
    const length = Number(headers["content-length"] ?? 0);
    return {
      status: statusCode,
      headers: kept,
      body: request.method === "HEAD" ? { kind: "unsent", size: length } : { kind: "bytes", bytes: body },
    } satisfies Answer;
  };

  async function ask(
    request: RegistryRequest,
    caller: Caller,
  ): Promise<{ headers: IncomingMessage["headers"]; statusCode: number | undefined; bytes: Uint8Array }> {
    const body = request.method === "POST" ? await request.body() : null;
    const headers: Record<string, string> = { host: authority, connection: "close" };
    for (const name of REQUEST_HEADERS) {
      const value = request.header(name);
      if (value !== null) headers[name] = value;
    }
    // A user revoked by a fault is still known to the server: an empty password makes it refuse by itself.
    if (caller.authState === "revoked") headers["authorization"] = `Basic ${Buffer.from(`${caller.user}:`).toString("base64")}`;
    if (body !== null) headers["content-length"] = String(body.byteLength);
    return new Promise((resolve, reject) => {
      const outgoing = openRequest(
        { host: base.hostname, port: base.port, path: prefix + request.target.path, method: request.method, headers, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const { headers: answered, statusCode } = response;
            resolve({ headers: answered, statusCode, bytes: Buffer.concat(chunks) });
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body ?? undefined);
    });
  }

  /** Its own host under whatever scheme it thinks it has is the index; any other place stays. */
  function relocated(location: string): string {
    const own = location.replace(/^https?:/, "");
    if (own.startsWith(`//${authority}/`)) return links.outward(originOf(mount.origin) + own.slice(authority.length + 2));
    return location.startsWith("/") ? links.outward(location) : location;
  }

  function rewritten(type: string, bytes: Uint8Array): Uint8Array {
    if (!type.startsWith("text/html")) return bytes;
    const text = new TextDecoder().decode(bytes);
    const changed = text.replace(/href="(\/[^"]*)"/g, (_, href: string) => `href="${links.outward(href)}"`);
    return changed === text ? bytes : new TextEncoder().encode(changed);
  }
}
