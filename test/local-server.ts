import { createServer as createHttp, type RequestListener, type Server as HttpServer } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import type { Server } from "./capture/servers.ts";

/** A server of this process at a port that was free; https with `tls`. */
export async function localServer(
  listener: RequestListener,
  tls: { readonly key: string; readonly cert: string } | null = null,
): Promise<Server> {
  const { server: _, ...running } = await listening(tls === null ? createHttp(listener) : createHttps(tls, listener));
  return running;
}

/** The same over http, with the server itself, for what is no request: `CONNECT`. */
export function localHttp(listener: RequestListener): Promise<Server & { readonly server: HttpServer }> {
  return listening(createHttp(listener));
}

async function listening<Kind extends HttpServer>(server: Kind): Promise<Server & { readonly server: Kind }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
