import type { IncomingHttpHeaders } from "node:http";
import type { Index, Unreachable } from "../scenario/model.ts";
import { parseAuthorization } from "./authorization.ts";
import type { Journal } from "./journal.ts";
import type { Registry } from "./registry.ts";
import type { TunnelOptions } from "./tunnel.ts";

/** A proxy of the scenario's own: it asks who uses it, and may open what passes. */
export interface CompanyProxy {
  /** Whether a connection to this host and port is to the proxy itself. */
  isAt(host: string, port: number): boolean;
  /** Whether who asks may pass, and gets where they want; writes into the journal that they asked, and what came of it. */
  admit(method: string, url: string, headers: IncomingHttpHeaders): Admission;
  /** How it answers inside the tunnels that it opens; `null`: it opens none, and passes them on. */
  readonly tunnels: TunnelOptions | null;
}

/** The status of its own answer; 200 for who passes. */
export type Admission = 200 | 407 | 503 | 504;

export interface CompanyProxyOptions {
  readonly index: Index;
  readonly registry: Registry;
  readonly journal: Journal;
  /** Why a host cannot be reached now; `null`: it can. */
  unreachable(host: string): Unreachable | null;
  readonly tunnels: TunnelOptions | null;
}

/** What a proxy says of a host that it cannot reach itself. */
const GATEWAY_STATUS = { "no-such-host": 503, "connection-refused": 503, "connect-timeout": 504 } as const satisfies Record<
  Unreachable,
  Admission
>;

/** The journal has it under the index `proxy`: 200 for who passes, 407 for those whom it does not know, 503 or 504 for a host that it cannot reach. */
export function createCompanyProxy({ index, registry, journal, tunnels, unreachable }: CompanyProxyOptions): CompanyProxy {
  const { hostname, port } = new URL(index.url);
  return {
    tunnels,
    isAt: (host, at) => host === hostname && at === Number(port === "" ? 80 : port),
    admit(method, url, headers) {
      const caller = registry.identify(parseAuthorization(headers["proxy-authorization"]), { host: null, path: "/" });
      const passes = index.users.length === 0 || caller.authState === "good";
      const why = unreachable(URL.parse(url)?.hostname ?? "");
      const status = !passes ? 407 : why === null ? 200 : GATEWAY_STATUS[why];
      if (status === 200 && method !== "CONNECT") return status;
      journal.write({
        step: journal.step,
        index: index.name,
        method,
        url,
        status,
        caller,
        httpVersion: "1.1",
        range: null,
        headers: {},
        location: null,
      });
      return status;
    },
  };
}
