import { Duplex } from "node:stream";
import { createHeaderDecoder } from "./hpack.ts";
import { blockOf, createFrameReader, endsHeaders, FRAME } from "./http2-frames.ts";

/** What a watched connection tells. */
export interface Http2Listener {
  /** A request that HTTP/2's own rules refused, so that no handler ever saw it; its headers by lower-case name. */
  refused(headers: ReadonlyMap<string, string>, errorCode: number): void;
  /** The connection ended with something on it that never became a request. */
  unread(reason: string): void;
}

export interface WatchedConnection {
  /** Stands for the socket. */
  readonly stream: Duplex;
  /** A handler has got the request on this stream. */
  handedOver(stream: number): void;
}

/**
 * Reads along on a client's HTTP/2 connection. Node's HTTP/2 resets a stream whose request breaks a rule (a user in
 * `:authority`) and tells nobody. Headers are decoded only then.
 */
export function watchHttp2(socket: Duplex, listener: Http2Listener): WatchedConnection {
  const fromClient = createFrameReader(new Set([FRAME.headers, FRAME.continuation]), true);
  const toClient = createFrameReader(new Set([FRAME.rstStream, FRAME.goaway]), false);
  /** Header blocks in their order: each needs those before it. */
  const blocks: { readonly stream: number; readonly bytes: Buffer }[] = [];
  const waiting = new Set<number>();
  let open: { readonly stream: number; readonly parts: Buffer[] } | null = null;
  let failure = 0;
  let received = 0;

  const stream = new Duplex({
    read: () => void socket.resume(),
    write(chunk: Buffer, _, done) {
      for (const frame of toClient(chunk)) {
        if (frame.type === FRAME.goaway) failure = frame.payload.readUInt32BE(4);
        else if (waiting.delete(frame.stream)) refuse(frame.stream, frame.payload.readUInt32BE(0));
      }
      socket.write(chunk, done);
    },
    final: (done) => void socket.end(done),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    received += chunk.length;
    for (const frame of fromClient(chunk)) {
      if (frame.type === FRAME.headers) open = { stream: frame.stream, parts: [] };
      if (open === null) continue;
      open.parts.push(blockOf(frame));
      if (!endsHeaders(frame)) continue;
      blocks.push({ stream: open.stream, bytes: Buffer.concat(open.parts) });
      // A second block on a stream is a trailer.
      if (blocks.filter((block) => block.stream === frame.stream).length === 1) waiting.add(frame.stream);
      open = null;
    }
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on("end", () => stream.push(null));
  socket.on("error", (error) => stream.destroy(error));
  socket.on("close", () => {
    stream.destroy();
    if (failure !== 0) listener.unread(`HTTP/2 ended the connection with error code ${failure}`);
    else if (open !== null || waiting.size > 0) listener.unread("the client closed the connection within a request");
  });
  return { stream, handedOver: (id) => void waiting.delete(id) };

  function refuse(id: number, errorCode: number): void {
    const decoder = createHeaderDecoder();
    try {
      for (const { stream: of, bytes } of blocks) {
        const fields = decoder.decode(bytes);
        if (of === id) return listener.refused(new Map(fields), errorCode);
      }
    } catch {
      listener.unread(`HTTP/2 refused a request of ${received} bytes with error code ${errorCode}`);
    }
  }
}
