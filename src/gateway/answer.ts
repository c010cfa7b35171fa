/** What is sent back: decided without sockets, sent by `send.ts` over whichever protocol was spoken. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Lower-case names; a list is sent as several lines. Content-Length is set by the sender. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

export type Body =
  /** Node sends a text in one piece with its head, which bytes take two for. */
  | { readonly kind: "text"; readonly text: string; readonly size: number }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** A slice of a file on disk: `size` bytes from `start`. */
  | { readonly kind: "file"; readonly path: string; readonly start: number; readonly size: number }
  /** The length that GET would have, in answer to HEAD. */
  | { readonly kind: "unsent"; readonly size: number };

/** A text as it is sent: in UTF-8. */
export function textBody(text: string): Body {
  return { kind: "text", text, size: Buffer.byteLength(text) };
}

export function answer(status: number, headers: Headers = {}, text = ""): Answer {
  return { status, headers, body: textBody(text) };
}

export function plain(status: number, text: string, headers: Headers = {}): Answer {
  return answer(status, { "content-type": "text/plain; charset=utf-8", ...headers }, text);
}

export function html(status: number, text: string, headers: Headers = {}): Answer {
  return answer(status, { "content-type": "text/html; charset=utf-8", ...headers }, text);
}

export function json(status: number, value: unknown, headers: Headers = {}): Answer {
  return answer(status, { "content-type": "application/json", ...headers }, JSON.stringify(value));
}

export function redirection(status: number, location: string): Answer {
  return answer(status, { location });
}

/** Bytes of a body. */
export function sizeOf(body: Body): number {
  return body.kind === "bytes" ? body.bytes.byteLength : body.size;
}

/** `size` bytes of a body from `start`, without copying. */
export function sliceOf(body: Body, start: number, size: number): Body {
  switch (body.kind) {
    case "text":
      return { kind: "bytes", bytes: Buffer.from(body.text).subarray(start, start + size) };
    case "bytes":
      return { kind: "bytes", bytes: body.bytes.subarray(start, start + size) };
    case "file":
      return { kind: "file", path: body.path, start: body.start + start, size };
    case "unsent":
      return { kind: "unsent", size };
  }
}
