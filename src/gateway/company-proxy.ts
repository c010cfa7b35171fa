import type { IncomingHttpHeaders } from "node:http";
import type { Index } from "../scenario/model.ts";
import { parseAuthorization } from "./authorization.ts";
import type { Journal } from "./journal.ts";
import type { Registry } from "./registry.ts";
import type { TunnelOptions } from "./tunnel.ts";

/** A proxy of the scenario's own: it asks who uses it, and may open what passes. */
export interface CompanyProxy {
  /** Whether a connection to this host and port is to the proxy itself. */
  isAt(host: string, port: number): boolean;
  /** Whether who asks may pass; writes into the journal that they asked, and what came of it. */
  admits(method: string, url: string, headers: IncomingHttpHeaders): boolean;
  /** How it answers inside the tunnels that it opens; `null`: it opens none, and passes them on. */
  readonly tunnels: TunnelOptions | null;
}

export interface CompanyProxyOptions {
  readonly index: Index;
  readonly registry: Registry;
  readonly journal: Journal;
  readonly tunnels: TunnelOptions | null;
}

/** The journal has it under the index `proxy`: 200 for who passes, 407 for the others. */
export function createCompanyProxy({ index, registry, journal, tunnels }: CompanyProxyOptions): CompanyProxy {
  const { hostname, port } = new URL(index.url);
  return {
    tunnels,
    isAt: (host, at) => host === hostname && at === Number(port === "" ? 80 : port),
    admits(method, url, headers) {
      const caller = registry.identify(parseAuthorization(headers["proxy-authorization"]), { host: null, path: "/" });
      const passes = index.users.length === 0 || caller.authState === "good";
      if (passes && method !== "CONNECT") return true;
      journal.write({
        step: journal.step,
        index: index.name,
        method,
        url,
        status: passes ? 200 : 407,
        caller,
        httpVersion: "1.1",
        range: null,
        headers: {},
        location: null,
      });
      return passes;
    },
  };
}
