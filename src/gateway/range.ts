import type { Answer } from "./answer.ts";
import { sizeOf, sliceOf } from "./answer.ts";

/**
 * What a `Range` header asks of `size` bytes (RFC 9110, 14.1.2): a slice; `"unsatisfiable"` (416); or `null`, where
 * it is to be ignored: another unit, not well-formed, or several ranges, which a server may answer whole.
 */
export function parseRange(header: string, size: number): { start: number; size: number } | "unsatisfiable" | null {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/.exec(header);
  if (match === null) return null;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return null;
  if (first === "") {
    const suffix = Math.min(Number(last), size);
    return suffix === 0 ? "unsatisfiable" : { start: size - suffix, size: suffix };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return null;
  return start >= size ? "unsatisfiable" : { start, size: end - start + 1 };
}

/** The part of a file's 200 answer that `Range` asks for: 206, 416, or the whole. */
export function applyRange(whole: Answer, header: string | null): Answer {
  const headers = { ...whole.headers, "accept-ranges": "bytes" };
  if (header === null) return { ...whole, headers };
  const size = sizeOf(whole.body);
  const range = parseRange(header, size);
  if (range === null) return { ...whole, headers };
  if (range === "unsatisfiable") {
    return {
      status: 416,
      headers: { "accept-ranges": "bytes", "content-range": `bytes */${size}` },
      body: sliceOf(whole.body, 0, 0),
    };
  }
  return {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${range.start}-${range.start + range.size - 1}/${size}` },
    body: sliceOf(whole.body, range.start, range.size),
  };
}
