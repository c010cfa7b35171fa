import { request } from "node:http";

/** What a client sees of an answer, as far as it may matter. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WireRequest {
  readonly method?: string;
  /** Path and query as sent. */
  readonly path: string;
  /** `user:password`, or a whole `Authorization` value that holds a blank. */
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly text: string | Uint8Array };
}

/** Headers that say nothing of the registry: of the connection, the date, the server's name. */
const PASSING = new Set(["connection", "date", "keep-alive", "server", "transfer-encoding", "via"]);

/** Sends `asked` to `address` in the name of `host`; through a proxy, where `proxied` is its absolute form. */
export async function send(address: string, host: string, asked: WireRequest, prefix = ""): Promise<WireAnswer> {
  const headers: Record<string, string> = { host, ...asked.headers };
  if (asked.as !== undefined) {
    headers["authorization"] = asked.as.includes(" ") ? asked.as : `Basic ${Buffer.from(asked.as).toString("base64")}`;
  }
  if (asked.body !== undefined) {
    headers["content-type"] = asked.body.type;
    headers["content-length"] = String(Buffer.byteLength(asked.body.text));
  }
  const { hostname, port } = new URL(address);
  return await new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method: asked.method ?? "GET", path: prefix + asked.path, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const kept = Object.entries(response.headers).filter(([name]) => !PASSING.has(name));
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
            body: Buffer.concat(chunks).toString("latin1"),
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end(asked.body?.text);
  });
}
