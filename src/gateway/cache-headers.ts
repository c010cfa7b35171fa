import { escapePattern } from "../scenario/escape-pattern.ts";
import type { Index } from "../scenario/model.ts";
import { type Answer, answer } from "./answer.ts";
import type { Purpose } from "./fault.ts";
import type { Samples } from "./flavour/flavour.ts";

/** Headers by which a client asks whether what it has is still good, and those that told it what it has. */
const CONDITIONS = [
  { asks: "if-none-match", told: "etag" },
  { asks: "if-modified-since", told: "last-modified" },
] as const;

/** The answer with the headers that its index sends besides; 304 to a client that has it already. */
export function withHeaders(given: Answer, index: Index, purpose: Purpose, header: (name: string) => string | null): Answer {
  if (purpose === "other" || (given.status !== 200 && given.status !== 206)) return given;
  const own = purpose === "page" ? index.headers?.pages : index.headers?.files;
  const caching = purpose === "page" && index.cacheControl !== null ? { "cache-control": index.cacheControl } : {};
  const added = { ...caching, ...own };
  const full = { ...given, headers: { ...given.headers, ...added } };
  for (const { asks, told } of CONDITIONS) {
    const sent = header(asks);
    const value = own?.[told];
    // The first condition that is sent decides (RFC 9110, 13.2.2).
    if (sent !== null && value !== undefined) return sent.includes(value) ? answer(304, added) : full;
  }
  return full;
}

/** The request headers that such an index's answers depend on. */
export function conditionalSamples({ headers }: Pick<Index, "headers">): Samples["headers"] {
  if (headers === undefined) return [];
  return CONDITIONS.flatMap(({ asks, told }) =>
    [...new Set([headers.pages[told], headers.files[told]])].flatMap((value) =>
      value === undefined ? [] : [{ name: asks, pattern: escapePattern(value), values: [value, "zq"] }],
    ),
  );
}
