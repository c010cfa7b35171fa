import type { Verdict } from "../observation/model.ts";
import type { RunResult } from "./model.ts";
import { askedRuns, type Reported, type SearchReport } from "./reported.ts";
import { groupReleases, rangeWords } from "./releases.ts";
import { cutMiddle } from "./short-url.ts";
import { SIGNS } from "./verdict-signs.ts";
import { xmlText } from "./xml-text.ts";

const COLOURS = { reproduced: "#c62828", healthy: "#2e7d32", unresolved: "#8d6e00", unsupported: "#757575" } as const satisfies Record<
  Verdict,
  string
>;
const [ROW, LABEL, WIDTH] = [22, 260, 640];

/** Neighbouring releases with one verdict. */
interface Block {
  readonly verdict: Verdict;
  readonly releases: number;
  readonly title: string;
}

/**
 * A strip of verdicts as SVG: a row a scenario, releases from old to new; neighbours of equal verdict are one block. What a map
 * inferred counts as what was run, and the block says how many were.
 */
export function badge({ results, searches }: Reported): string {
  const rows = [
    ...searches.flatMap((search) => (search.kind === "explore" ? [] : [{ name: search.scenario, blocks: searchBlocks(search) }])),
    ...[...Map.groupBy(results, ({ scenario }) => scenario)].map(([name, runs]) => ({ name, blocks: runBlocks(runs) })),
  ];
  const height = ROW * Math.max(1, rows.length) + ROW;
  const key = Object.entries(SIGNS)
    .map(([verdict, letter]) => `${letter} ${verdict}`)
    .join("   ");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + WIDTH}" height="${height}" role="img" aria-label="Verdicts by release" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${rows.map(({ name, blocks }, row) => strip(name, blocks, row * ROW)).join("")}<text x="${LABEL}" y="${height - 7}" fill="#333">${key}</text>
</svg>
`;
}

function runBlocks(runs: readonly RunResult[]): Block[] {
  return groupReleases(runs).map(({ verdict, runs: same }) => {
    return { verdict, releases: same.length, title: `uv ${rangeWords(same)}: ${verdict}` };
  });
}

function searchBlocks(search: Exclude<SearchReport, { readonly kind: "explore" }>): Block[] {
  if (search.kind === "bisect") return runBlocks(askedRuns(search));
  return search.result.segments.map(({ from, to, verdict, probed, inferred }) => {
    const releases = probed.length + inferred.length;
    const run = inferred.length === 0 ? "" : ` (${probed.length} of ${releases} run)`;
    return { verdict, releases, title: `uv ${from === to ? from : `${from} – ${to}`}: ${verdict}${run}` };
  });
}

function strip(scenario: string, blocks: readonly Block[], top: number): string {
  const total = blocks.reduce((sum, { releases }) => sum + releases, 0);
  let left = LABEL;
  const drawn = blocks.map(({ verdict, releases, title }) => {
    const width = (WIDTH * releases) / total;
    const block = `<g><title>${xmlText(title)}</title><rect x="${left.toFixed(1)}" y="${top + 2}" width="${width.toFixed(1)}" height="${ROW - 4}" fill="${COLOURS[verdict]}" stroke="#fff"/>${width < 14 ? "" : `<text x="${(left + width / 2).toFixed(1)}" y="${top + 15}" fill="#fff" text-anchor="middle">${SIGNS[verdict]}</text>`}</g>\n`;
    left += width;
    return block;
  });
  return `<text x="4" y="${top + 15}" fill="#333">${xmlText(cutMiddle(scenario, 40))}</text>\n${drawn.join("")}`;
}
