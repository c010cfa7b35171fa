import { createReadStream } from "node:fs";
import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { Body } from "./answer.ts";
import { sizeOf, sliceOf } from "./answer.ts";
import type { Outcome } from "./exchange.ts";
import type { FileMemory } from "./file-memory.ts";

/** RFC 9113, 7: what a stream is reset with when an answer breaks off. */
const INTERNAL_ERROR = 2;

/** By more than the second that `Date` counts in. */
const OLDER_MS = 2000;

export type Response = ServerResponse | Http2ServerResponse;

/** Sends an outcome over HTTP/1.1 or HTTP/2. `trouble` hears of files that can't be read: our fault, not the client's. */
export function send(response: Response, method: string, outcome: Outcome, files: FileMemory, trouble: (detail: string) => void): void {
  if (response.destroyed) return;
  if (outcome.kind === "drop") return cut(response);
  const { answer, truncated } = outcome;
  const size = sizeOf(answer.body);
  // Both classes take this call; their overloads just don't unite.
  (response as ServerResponse).writeHead(answer.status, {
    ...(answer.headers as Record<string, string | string[]>),
    "content-length": size,
    // Up to 0.11.27, uv takes a page without caching headers as fresh until the second on its clock is over: whether
    // a step asks again would hang on how fast the step before it was. A user is slower than that.
    date: new Date(Date.now() - OLDER_MS).toUTCString(),
  });
  if (truncated) return sendHalf(response, method === "HEAD" ? null : sliceOf(answer.body, 0, Math.floor(size / 2)), trouble);
  if (method === "HEAD" || size === 0) return void response.end();
  if (answer.body.kind === "unsent") return cut(response);
  if (answer.body.kind === "bytes") return void (response as ServerResponse).end(answer.body.bytes);
  if (answer.body.kind === "text") return void (response as ServerResponse).end(answer.body.text);
  const bytes = remembered(response, answer.body, files, trouble);
  if (bytes === "unreadable") return;
  if (bytes !== null) return void (response as ServerResponse).end(bytes);
  stream(response, answer.body, trouble).pipe(response as ServerResponse);
}

/** The bytes asked for, without a copy; `null` where the file is too large to be held. */
function remembered(
  response: Response,
  body: Body & { kind: "file" },
  files: FileMemory,
  trouble: (detail: string) => void,
): Buffer | "unreadable" | null {
  try {
    return files.bytesOf(body.path)?.subarray(body.start, body.start + body.size) ?? null;
  } catch (error) {
    unreadable(response, error, trouble);
    return "unreadable";
  }
}

function unreadable(response: Response, error: unknown, trouble: (detail: string) => void): void {
  trouble(`a file of the index can't be read: ${error instanceof Error ? error.message : String(error)}`);
  cut(response);
}

function sendHalf(response: Response, half: Body | null, trouble: (detail: string) => void): void {
  const finish = (): void => cut(response);
  if (half === null || half.kind === "unsent" || sizeOf(half) === 0) {
    (response as ServerResponse).flushHeaders();
    setImmediate(finish);
  } else if (half.kind !== "file") {
    (response as ServerResponse).write(half.kind === "text" ? half.text : half.bytes, finish);
  } else {
    const source = stream(response, half, trouble);
    source.pipe(response as ServerResponse, { end: false });
    source.on("end", () => (response as ServerResponse).write("", finish));
  }
}

function stream(response: Response, body: Body & { kind: "file" }, trouble: (detail: string) => void) {
  const source = createReadStream(body.path, { start: body.start, end: body.start + body.size - 1 });
  source.on("error", (error) => unreadable(response, error, trouble));
  response.on("close", () => source.destroy());
  return source;
}

/** Breaks off: the connection for HTTP/1.1; for HTTP/2 this stream alone, since others on it have their own answers. */
export function cut(response: Response): void {
  if ("stream" in response) response.stream.close(INTERNAL_ERROR);
  else response.socket?.destroySoon();
}
