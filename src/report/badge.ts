import type { Verdict } from "../observation/model.ts";
import type { RunResult } from "./model.ts";
import { groupReleases, rangeWords } from "./releases.ts";
import { cutMiddle } from "./short-url.ts";
import { xmlText } from "./xml-text.ts";

const COLOURS = { reproduced: "#c62828", healthy: "#2e7d32", unresolved: "#8d6e00", unsupported: "#757575" } as const satisfies Record<
  Verdict,
  string
>;
const LETTERS = { reproduced: "R", healthy: "H", unresolved: "?", unsupported: "–" } as const satisfies Record<Verdict, string>;
const [ROW, LABEL, WIDTH] = [22, 260, 640];

/** A strip of verdicts as SVG: a row a scenario, releases from old to new; neighbours of equal verdict are one block. */
export function badge(results: readonly RunResult[]): string {
  const scenarios = [...Map.groupBy(results, ({ scenario }) => scenario)];
  const height = ROW * Math.max(1, scenarios.length) + ROW;
  const rows = scenarios.map(([scenario, runs], row) => strip(scenario, runs, row * ROW));
  const key = Object.entries(LETTERS)
    .map(([verdict, letter]) => `${letter} ${verdict}`)
    .join("   ");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + WIDTH}" height="${height}" role="img" aria-label="Verdicts by release" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${rows.join("")}<text x="${LABEL}" y="${height - 7}" fill="#333">${key}</text>
</svg>
`;
}

function strip(scenario: string, runs: readonly RunResult[], top: number): string {
  let left = LABEL;
  const blocks = groupReleases(runs).map(({ verdict, runs: same }) => {
    const width = (WIDTH * same.length) / runs.length;
    const block = `<g><title>${xmlText(`uv ${rangeWords(same)}: ${verdict}`)}</title><rect x="${left.toFixed(1)}" y="${top + 2}" width="${width.toFixed(1)}" height="${ROW - 4}" fill="${COLOURS[verdict]}" stroke="#fff"/>${width < 14 ? "" : `<text x="${(left + width / 2).toFixed(1)}" y="${top + 15}" fill="#fff" text-anchor="middle">${LETTERS[verdict]}</text>`}</g>\n`;
    left += width;
    return block;
  });
  return `<text x="4" y="${top + 15}" fill="#333">${xmlText(cutMiddle(scenario, 40))}</text>\n${blocks.join("")}`;
}
