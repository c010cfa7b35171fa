import type { PageBisect } from "../../src/report/page-search.ts";
import { sortByRelease } from "../../src/report/releases.ts";
import { SIGNS } from "../../src/report/verdict-signs.ts";

const [COLUMN, ROW, TOP, LEFT] = [46, 30, 70, 40];

/** How a bisection closed in: releases from old to new, from top to bottom the order in which they were asked. */
export function BisectPath({ probes }: Pick<PageBisect, "probes">) {
  const byAge = sortByRelease(probes);
  const columns = new Map(byAge.map((probe, column) => [probe, column]));
  const points = probes.map((probe, row) => ({ probe, x: LEFT + COLUMN * (columns.get(probe) ?? 0), y: TOP + ROW * row }));
  const [width, height] = [LEFT + COLUMN * probes.length, TOP + ROW * probes.length];
  return (
    <div class="scroll" tabindex={0}>
      <svg
        class="path"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`The path of the bisection over ${probes.length} releases; the list below says the same`}
      >
        {byAge.map(({ uv }, column) => (
          <text key={uv} x={LEFT + COLUMN * column} y={TOP - 22} transform={`rotate(-45 ${LEFT + COLUMN * column} ${TOP - 22})`}>
            {uv.slice(0, 12)}
          </text>
        ))}
        <polyline points={points.map(({ x, y }) => `${x},${y}`).join(" ")} />
        {points.map(({ probe: { uv, verdict, words }, x, y }) => (
          <g key={uv} class={verdict}>
            <title>{`uv ${uv}: ${words}`}</title>
            <rect x={x - 11} y={y - 11} width={22} height={22} rx={4} />
            <text class="sign" x={x} y={y + 5} text-anchor="middle">
              {SIGNS[verdict]}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}
