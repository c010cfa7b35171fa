import { bisectMarkdown } from "./bisect.ts";
import { exploreMarkdown } from "./explore-markdown.ts";
import { GITHUB_LIMIT } from "./limits.ts";
import { mapMarkdown } from "./map.ts";
import { toMarkdown, type ReportOptions } from "./markdown.ts";
import { blocks, details } from "./markdown-text.ts";
import type { Reported, SearchReport } from "./reported.ts";
import { counted } from "./explore-words.ts";

/** Runs, or a search, as GitHub Markdown; where there are several of them, each behind a fold. */
export function reportedMarkdown({ results, searches }: Reported, options: ReportOptions = {}): string {
  const [search] = searches;
  if (search === undefined) return toMarkdown(results, options);
  if (searches.length === 1 && results.length === 0) return searchMarkdown(search, options.limit);
  const count = searches.length + (results.length > 0 ? 1 : 0);
  const share = Math.floor(((options.limit ?? GITHUB_LIMIT) - 500) / count) - 200;
  return `${blocks(
    `# uv-mre: ${counted(results.length, "run")}, ${searches.length} ${searches.length === 1 ? "search" : "searches"}`,
    ...searches.map((each) => details(`${each.kind}: ${each.scenario}`, searchMarkdown(each, share).trimEnd())),
    results.length === 0 ? null : details("runs", toMarkdown(results, { ...options, limit: share }).trimEnd()),
  )}\n`;
}

function searchMarkdown(search: SearchReport, limit?: number): string {
  switch (search.kind) {
    case "bisect":
      return bisectMarkdown(search, limit);
    case "map":
      return mapMarkdown(search, limit);
    case "explore":
      return exploreMarkdown(search, limit);
  }
}
