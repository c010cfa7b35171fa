import { request } from "node:http";
import { createSecureServer, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Server } from "./servers.ts";

const OF_HTTP1 = /^(?:connection|keep-alive|transfer-encoding|:.*)$/u;

/** A reverse proxy that speaks HTTP/2 in front of a registry that does not, below a path of its own. */
export async function startHttp2Front(
  upstream: number,
  mount: string,
  tls: { readonly key: string; readonly cert: string },
): Promise<Server> {
  const plain = (headers: object): Record<string, string | string[]> =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_HTTP1.test(name)));
  const sessions = new Set<Http2Session>();
  const server = createSecureServer({ ...tls, allowHTTP1: true }, (incoming, answer) => {
    const options = { port: upstream, path: incoming.url.slice(mount.length), method: incoming.method, headers: plain(incoming.headers) };
    const onward = request(options, (from) => {
      answer.writeHead(from.statusCode ?? 502, plain(from.headers));
      from.pipe(answer);
    });
    onward.on("error", () => answer.writeHead(502).end());
    incoming.pipe(onward);
  });
  server.on("session", (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
