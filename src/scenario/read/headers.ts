import type { Index } from "../model.ts";
import type { Path } from "../problem.ts";
import type { RawIndex } from "../schema/index-table.ts";
import type { ReadContext } from "./context.ts";

/** What the gateway sets itself, or what would break the answer's own frame. */
const OURS = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "date",
  "keep-alive",
  "upgrade",
  "accept-ranges",
  "content-range",
]);

/** Reads the headers that an index sends beside its own. */
export function readHeaders(
  context: ReadContext,
  raw: Pick<RawIndex, "cache-control" | "page-headers" | "file-headers">,
  path: Path,
): Pick<Index, "headers"> {
  if (raw["page-headers"] === undefined && raw["file-headers"] === undefined) return {};
  const [pages, files] = (["page-headers", "file-headers"] as const).map((key) => {
    const entries = Object.entries(raw[key] ?? {}).map(([name, value]): [string, string] => {
      const lower = name.toLowerCase();
      const at = [...path, key, name];
      if (!/^[a-z0-9-]+$/.test(lower)) context.problems.error("wrong-value", at, `\`${name}\` is no header`, { atKey: true });
      if (OURS.has(lower)) context.problems.error("conflict", at, `\`${name}\` is set by the gateway itself`, { atKey: true });
      if (lower === "cache-control" && key === "page-headers" && raw["cache-control"] !== undefined) {
        context.problems.error("conflict", at, "`cache-control` of the index says this already", { atKey: true });
      }
      return [lower, value];
    });
    return Object.fromEntries(entries);
  });
  return { headers: { pages: pages ?? {}, files: files ?? {} } };
}
