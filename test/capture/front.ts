import { request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { localServer } from "../local-server.ts";
import type { Account, Server } from "./servers.ts";

/** A front's own answer in place of the registry's. */
export interface OwnAnswer {
  readonly status: number;
  readonly location?: string;
  /** A page of HTML. */
  readonly html?: string;
}

export interface FrontOptions {
  /** Port of the real registry; `null`: there is none, everything is by the rules. */
  readonly upstream: number | null;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** What comes before the registry's own paths; several, where it is there more than once. */
  readonly mount?: string | readonly string[];
  /** It asks for credentials itself, for a registry that is open. */
  readonly accounts?: readonly Account[];
  /** How it answers whoever has none of these accounts: 401 with a challenge unless said. */
  readonly denial?: number;
  /** Its own answer; `null`: the registry's. */
  readonly rule?: (path: string, headers: IncomingHttpHeaders) => OwnAnswer | null;
  /** Files end in the middle, and so does the connection. */
  readonly cutsFiles?: boolean;
}

/** A reverse proxy as stands before real registries: https, another path, redirects, a login of its own. */
export async function startFront(options: FrontOptions): Promise<Server> {
  return await localServer((incoming, answer) => handle(options, incoming, answer), options.tls);
}

function handle(options: FrontOptions, incoming: IncomingMessage, answer: ServerResponse): void {
  const { upstream, accounts, denial = 401, rule, cutsFiles = false } = options;
  const path = incoming.url ?? "/";
  if (accounts !== undefined && !accounts.some(({ user, password }) => incoming.headers.authorization === basic(user, password))) {
    answer.writeHead(denial, denial === 401 ? { "www-authenticate": 'Basic realm="front"' } : {}).end();
    return;
  }
  const own = rule?.(path, incoming.headers) ?? null;
  if (own !== null) {
    const location = own.location === undefined ? {} : { location: own.location };
    const type = own.html === undefined ? {} : { "content-type": "text/html; charset=utf-8" };
    answer.writeHead(own.status, { ...location, ...type }).end(own.html);
    return;
  }
  const mount = [options.mount ?? ""].flat().find((each) => path.startsWith(each));
  if (upstream === null || mount === undefined) {
    answer.writeHead(404).end();
    return;
  }
  const headers = { ...incoming.headers, ...(accounts === undefined ? {} : { authorization: undefined }) };
  const passed = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  const onward = request({ port: upstream, path: path.slice(mount.length), method: incoming.method, headers: passed }, (from) => {
    const isPage = mount !== "" && (from.headers["content-type"] ?? "").startsWith("text/html");
    const isCut = cutsFiles && path.endsWith(".whl") && incoming.method === "GET";
    if (!isPage && !isCut) {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
      return;
    }
    const { "content-length": length, ...kept } = from.headers;
    const chunks: Buffer[] = [];
    from.on("data", (chunk: Buffer) => chunks.push(chunk));
    from.on("end", () => {
      const body = Buffer.concat(chunks);
      if (isCut) {
        answer.writeHead(from.statusCode ?? 502, { ...kept, "content-length": length });
        answer.write(body.subarray(0, body.length >> 1), () => answer.destroy());
        return;
      }
      // The registry's absolute paths lack what comes before them.
      answer.writeHead(from.statusCode ?? 502, kept);
      answer.end(body.toString("utf8").replaceAll('href="/', `href="${mount}/`));
    });
  });
  onward.on("error", () => answer.writeHead(502).end());
  incoming.pipe(onward);
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
