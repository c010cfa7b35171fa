import { createServer as createHttp, type RequestListener, type Server as HttpServer } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import type { Server } from "./capture/servers.ts";

/** A server of this process at a port that was free; https with `tls`. `server` is for what is no request: `CONNECT`. */
export async function localServer(
  listener: RequestListener,
  tls: { readonly key: string; readonly cert: string } | null = null,
): Promise<Server & { readonly server: HttpServer }> {
  const server: HttpServer = tls === null ? createHttp(listener) : createHttps(tls, listener);
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
