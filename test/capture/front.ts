import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { localServer } from "../local-server.ts";
import type { Account, Server } from "./servers.ts";

export interface FrontOptions {
  /** Port of the real registry; `null`: there is none, everything is by the rules. */
  readonly upstream: number | null;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** What comes before the registry's own paths. */
  readonly mount?: string;
  /** It asks for credentials itself, for a registry that is open. */
  readonly accounts?: readonly Account[];
  /** Its own answer in place of the registry's; `null`: the registry's. */
  readonly rule?: (path: string) => { readonly status: number; readonly location?: string } | null;
}

/** A reverse proxy as stands before real registries: https, another path, redirects, a login of its own. */
export async function startFront(options: FrontOptions): Promise<Server> {
  return await localServer((incoming, answer) => handle(options, incoming, answer), options.tls);
}

function handle({ upstream, mount = "", accounts, rule }: FrontOptions, incoming: IncomingMessage, answer: ServerResponse): void {
  const path = incoming.url ?? "/";
  if (accounts !== undefined && !accounts.some(({ user, password }) => incoming.headers.authorization === basic(user, password))) {
    answer.writeHead(401, { "www-authenticate": 'Basic realm="front"' }).end();
    return;
  }
  const own = rule?.(path) ?? null;
  if (own !== null) {
    answer.writeHead(own.status, own.location === undefined ? {} : { location: own.location }).end();
    return;
  }
  if (upstream === null || !path.startsWith(mount)) {
    answer.writeHead(404).end();
    return;
  }
  const headers = { ...incoming.headers, ...(accounts === undefined ? {} : { authorization: undefined }) };
  const passed = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  const onward = request({ port: upstream, path: path.slice(mount.length), method: incoming.method, headers: passed }, (from) => {
    const isPage = mount !== "" && (from.headers["content-type"] ?? "").startsWith("text/html");
    if (!isPage) {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
      return;
    }
    // The registry's absolute paths lack what comes before them.
    const { "content-length": _, ...kept } = from.headers;
    const chunks: Buffer[] = [];
    from.on("data", (chunk: Buffer) => chunks.push(chunk));
    from.on("end", () => {
      answer.writeHead(from.statusCode ?? 502, kept);
      answer.end(Buffer.concat(chunks).toString("utf8").replaceAll('href="/', `href="${mount}/`));
    });
  });
  onward.on("error", () => answer.writeHead(502).end());
  incoming.pipe(onward);
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
