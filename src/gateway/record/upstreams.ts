import type { ClientHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { createOpenSockets } from "../open-sockets.ts";
import type { ConnectionOrigin } from "../refusals.ts";
import { type Authorities, dial, secured, type Via } from "./dial.ts";

export interface UpstreamOptions {
  /** How a URL's host is reached; throws where that is not known. */
  via(url: string): Via;
  /** PEM of the authorities that the reporter's own uv trusts. */
  readonly trusted: Authorities;
}

/** The real hosts behind opened tunnels. */
export interface Upstreams {
  /** Connects once and asks which protocol the host takes; rejects where it cannot be reached, or shows a certificate that is not trusted. */
  find(origin: ConnectionOrigin, agent: string): Promise<void>;
  /** What ALPN came to there. */
  protocolsOf(origin: ConnectionOrigin): readonly ("h2" | "http/1.1")[];
  /** A connection for one request of HTTP/1.1. */
  connection(origin: ConnectionOrigin, agent: string): Promise<Socket>;
  session(origin: ConnectionOrigin, agent: string): Promise<ClientHttp2Session>;
  /** A connection without TLS, past any proxy. */
  plain(origin: ConnectionOrigin): Promise<Socket>;
  /** A connection as it is, for others than uv. */
  raw(origin: ConnectionOrigin, agent: string): Promise<Socket>;
  close(): void;
}

const BOTH = ["h2", "http/1.1"] as const;

export function createUpstreams({ via, trusted }: UpstreamOptions): Upstreams {
  const found = new Map<string, Promise<void>>();
  const spoken = new Map<string, "h2" | "http/1.1">();
  /** Found with ALPN, and not used yet. */
  const spare = new Map<string, TLSSocket>();
  const sessions = new Map<string, Promise<ClientHttp2Session>>();
  const open = createOpenSockets();
  let closed = false;

  const keep = <Opened extends Socket>(socket: Opened): Opened => {
    open.add(socket);
    if (closed) socket.destroy();
    return socket;
  };
  const raw: Upstreams["raw"] = async (origin, agent) => keep(await dial(origin, via(urlOf(origin)), agent, trusted));
  const opened = async (origin: ConnectionOrigin, agent: string, protocols: typeof BOTH | readonly ["http/1.1"]): Promise<TLSSocket> =>
    keep(await secured(await raw(origin, agent), origin.host, protocols, trusted));

  return {
    find(origin, agent) {
      const key = keyOf(origin);
      const known = found.get(key) ?? find(origin, agent);
      found.set(key, known);
      known.catch(() => found.delete(key));
      return known;
    },
    protocolsOf: (origin) => (spoken.get(keyOf(origin)) === "h2" ? BOTH : ["http/1.1"]),
    async connection(origin, agent) {
      return takeSpare(origin, "http/1.1") ?? (await opened(origin, agent, ["http/1.1"]));
    },
    async session(origin, agent) {
      const key = keyOf(origin);
      const known = await sessions.get(key);
      if (known !== undefined && !known.closed && !known.destroyed) return known;
      const made = newSession(origin, agent);
      sessions.set(key, made);
      made.catch(() => sessions.delete(key));
      return made;
    },
    plain: async (origin) => keep(await dial(origin, null, "", trusted)),
    raw,
    close() {
      closed = true;
      open.destroy();
    },
  };

  async function find(origin: ConnectionOrigin, agent: string): Promise<void> {
    const socket = await opened(origin, agent, BOTH);
    spoken.set(keyOf(origin), socket.alpnProtocol === "h2" ? "h2" : "http/1.1");
    spare.set(keyOf(origin), socket);
  }

  function takeSpare(origin: ConnectionOrigin, protocol: "h2" | "http/1.1"): TLSSocket | null {
    const socket = spare.get(keyOf(origin));
    if (socket === undefined || spoken.get(keyOf(origin)) !== protocol) return null;
    spare.delete(keyOf(origin));
    return socket.destroyed || socket.readableEnded ? null : socket;
  }

  async function newSession(origin: ConnectionOrigin, agent: string): Promise<ClientHttp2Session> {
    const { connect } = await import("node:http2");
    const socket = takeSpare(origin, "h2") ?? (await opened(origin, agent, BOTH));
    // One of several servers behind a name may speak otherwise than the one that was asked first.
    if (socket.alpnProtocol !== "h2") throw new Error("no HTTP/2 any more");
    const session = connect(urlOf(origin), { createConnection: () => socket });
    session.on("error", () => session.destroy());
    return session;
  }
}

function urlOf({ host, port }: ConnectionOrigin): string {
  return `https://${host}:${port}/`;
}

function keyOf({ host, port }: ConnectionOrigin): string {
  return `${host}:${port}`;
}
