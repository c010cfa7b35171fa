import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import type { ClientHttp2Session, Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Readable } from "node:stream";
import { cut, type Response as Answering } from "../send.ts";

export type Asked = IncomingMessage | Http2ServerRequest;

/** The head of an answer, and its body as it comes. */
export interface Relayed {
  readonly status: number;
  header(name: string): string | null;
  readonly body: Readable;
  /** Whether all of the body came, once it has ended. */
  isWhole(): boolean;
}

/** RFC 9113, 7: nobody waits for the rest. */
const CANCEL = 8;

/** Between two neighbours alone (RFC 9110, 7.6.1). */
const HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "proxy-authenticate",
  "te",
  "upgrade",
  "http2-settings",
]);

/** Names and values as they came, one after the other. */
export function endToEnd(raw: readonly string[]): string[] {
  const named = new Set(pairs(raw).flatMap(([name, value]) => (name.toLowerCase() === "connection" ? tokens(value) : [])));
  return pairs(raw)
    .filter(([name]) => !HOP.has(name.toLowerCase()) && !named.has(name.toLowerCase()))
    .flat();
}

/** Told of an answer's head before its body flows. */
type Answered = (answer: Relayed) => void;

/** Passes a request on over HTTP/1.1 and its answer back, both as they come. Rejects where no answer comes. */
export function relayHttp1(asked: Asked, answering: Answering, outgoing: ClientRequest, answered: Answered): Promise<void> {
  return new Promise((resolve, reject) => {
    outgoing.on("error", (error) => (answering.headersSent ? cut(answering) : reject(error)));
    outgoing.on("response", (response) => {
      const { statusCode = 502, statusMessage = "", headers } = response;
      (answering as ServerResponse).writeHead(statusCode, statusMessage, endToEnd(response.rawHeaders));
      answered({ status: statusCode, header: (name) => textOf(headers[name]), body: response, isWhole: () => response.complete });
      response.on("error", () => cut(answering)).pipe(answering as ServerResponse);
      resolve();
    });
    answering.on("close", () => outgoing.destroy());
    asked.pipe(outgoing);
  });
}

/** The same over HTTP/2. */
export function relayHttp2(
  asked: Http2ServerRequest,
  answering: Http2ServerResponse,
  session: ClientHttp2Session,
  answered: Answered,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const isBare = asked.stream.endAfterHeaders;
    const outgoing = session.request(asked.headers, { endStream: isBare });
    outgoing.on("error", (error) => (answering.headersSent ? cut(answering) : reject(error)));
    outgoing.on("response", (headers) => {
      const { ":status": status = 502, ...others } = headers;
      answering.writeHead(status, others);
      answered({ status, header: (name) => textOf(headers[name]), body: outgoing, isWhole: () => outgoing.rstCode === 0 });
      outgoing.pipe(answering, { end: false });
      resolve();
    });
    // At its own end, though uv still sends what the registry reads no more; a stream that broke off is closed by then.
    outgoing.on("end", () => {
      if (!outgoing.closed) answering.end();
    });
    // Of a connection that is lost Node's stream says that it ended, and only here how.
    outgoing.on("close", () => {
      if (!answering.headersSent) reject(new Error("the connection ended without an answer"));
      else if (outgoing.rstCode === 0) answering.end();
      else cut(answering);
    });
    answering.on("close", () => outgoing.close(CANCEL));
    if (!isBare) asked.pipe(outgoing);
  });
}

function textOf(value: string | readonly string[] | undefined): string | null {
  return value === undefined ? null : typeof value === "string" ? value : value.join(", ");
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at] ?? "", raw[2 * at + 1] ?? ""]);
}

function tokens(value: string): string[] {
  return value.split(",").map((each) => each.trim().toLowerCase());
}
