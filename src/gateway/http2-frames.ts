/** One frame of HTTP/2 (RFC 9113, 4.1). */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export const FRAME = { headers: 1, rstStream: 3, goaway: 7, continuation: 9 } as const;

const HEAD_BYTES = 9;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

/** What a client says first (RFC 9113, 3.4). */
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Cuts one direction of a connection into frames; the payload is kept only of the types that are `wanted`. */
export function createFrameReader(wanted: ReadonlySet<number>, prefaced: boolean): (chunk: Buffer) => Frame[] {
  let skip = prefaced ? PREFACE.length : 0;
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const frames: Frame[] = [];
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const skipped = Math.min(skip, bytes.length);
      skip -= skipped;
      bytes = bytes.subarray(skipped);
      if (bytes.length < HEAD_BYTES) break;
      const size = bytes.readUIntBE(0, 3);
      const [type = 0, flags = 0] = bytes.subarray(3, 5);
      const whole = HEAD_BYTES + size;
      if (!wanted.has(type)) {
        skip = whole;
        continue;
      }
      if (bytes.length < whole) break;
      frames.push({ type, flags, stream: bytes.readUInt32BE(5) & 0x7fffffff, payload: Buffer.from(bytes.subarray(HEAD_BYTES, whole)) });
      bytes = bytes.subarray(whole);
    }
    rest = Buffer.from(bytes);
    return frames;
  };
}

export function endsHeaders({ flags }: Frame): boolean {
  return (flags & END_HEADERS) !== 0;
}

/** The part of a header block that a HEADERS or CONTINUATION frame holds. */
export function blockOf({ type, flags, payload }: Frame): Buffer {
  if (type !== FRAME.headers) return payload;
  const padding = (flags & PADDED) === 0 ? 0 : (payload[0] ?? 0);
  const start = ((flags & PADDED) === 0 ? 0 : 1) + ((flags & PRIORITY) === 0 ? 0 : 5);
  return payload.subarray(start, payload.length - padding);
}
