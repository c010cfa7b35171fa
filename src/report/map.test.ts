import { expect, test } from "vitest";
import { runResult } from "../../test/report-fixture.ts";
import type { MapResult } from "../bisect/model.ts";
import { mapMarkdown, mapText } from "./map.ts";
import { PLAIN } from "./paint.ts";

const patches = (minor: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${minor}.${from + index}`);
const probe = (uv: string, verdict: "healthy" | "reproduced" | "unresolved" | "unsupported") => ({
  uv,
  verdict,
  verdicts: [verdict],
  flaky: false,
});

const RESULT: MapResult = {
  versions: [],
  segments: [
    { from: "0.6.4", to: "0.6.5", verdict: "unsupported", probed: ["0.6.4"], inferred: ["0.6.5"] },
    {
      from: "0.6.6",
      to: "0.9.4",
      verdict: "healthy",
      probed: ["0.6.6", "0.9.4"],
      inferred: [...patches("0.8", 0, 11), ...patches("0.9", 0, 3)],
    },
    { from: "0.9.5", to: "0.9.5", verdict: "unresolved", probed: ["0.9.5"], inferred: [] },
    { from: "0.9.6", to: "0.10.0", verdict: "reproduced", probed: ["0.9.6", "0.10.0"], inferred: ["0.9.7"] },
  ],
  probes: [
    probe("0.6.4", "unsupported"),
    probe("0.6.6", "healthy"),
    probe("0.9.4", "healthy"),
    probe("0.9.5", "unresolved"),
    probe("0.9.6", "reproduced"),
    probe("0.10.0", "reproduced"),
  ],
  exhaustive: false,
  widestGap: 16,
};

const REPORT = {
  scenario: "scenarios/a.toml",
  result: RESULT,
  runs: [runResult({ uv: "0.9.5", verdict: "unresolved" as const }), runResult({ uv: "0.9.6" })],
  command: ["npx", "uv-mre", "map", "scenarios/a.toml"],
};

test("terminal: a cell a release, wrapped by minor, with a legend", () => {
  expect(`\n${mapText(REPORT, { width: 16, paint: PLAIN })}\n`).toMatchInlineSnapshot(`
    "
    scenarios/a.toml
    0.6   -_H
    0.8   hhhhhhhhhh
          hh
    0.9   hhhhH?Rr
    0.10  R
      - unsupported   _ unsupported, not run   H healthy   h healthy, not run   ? unresolved   R reproduced   r reproduced, not run
      0.6.4 … 0.6.5 (1 of 2 run)  unsupported
      0.6.6 … 0.9.4 (2 of 18 run)  healthy
      0.9.5 (1 of 1 run)  unresolved
      0.9.6 … 0.10.0 (2 of 3 run)  reproduced
    6 of 24 releases were run; between two that agree, at most 16 were not run: a stretch of another verdict not longer than that may be missed (without --sample all are run).
    repeat: npx uv-mre map scenarios/a.toml
    "
  `);
});

test("the strip holds every release once", () => {
  const strip = mapText(REPORT, { width: 80, paint: PLAIN })
    .split("\n")
    .slice(1, 5)
    .map((line) => line.slice(6))
    .join("");
  expect(strip).toHaveLength(RESULT.segments.reduce((sum, { probed, inferred }) => sum + probed.length + inferred.length, 0));
});

test("Markdown: stretches, and what changed at each border", () => {
  const report = mapMarkdown(REPORT);
  expect(report.slice(0, report.indexOf("\n```toml"))).toMatchInlineSnapshot(`
    "# A venv's own keyring shadows the one that has the plugin

    | uv | verdict | run |
    |---|---|---|
    | \`0.6.4 – 0.6.5\` | unsupported | 1 of 2 |
    | \`0.6.6 – 0.9.4\` | healthy | 2 of 18 |
    | \`0.9.5\` | unresolved | 1 of 1 |
    | \`0.9.6 – 0.10.0\` | reproduced | 2 of 3 |

    6 of 24 releases were run; between two that agree, at most 16 were not run: a stretch of another verdict not longer than that may be missed (without --sample all are run).

    ## \`0.6.4\` to \`0.6.6\`

    What lies between: https://github.com/astral-sh/uv/compare/0.6.4...0.6.6

    ## \`0.9.4\` to \`0.9.5\`

    What lies between: https://github.com/astral-sh/uv/compare/0.9.4...0.9.5

    ## \`0.9.5\` to \`0.9.6\`

    What lies between: https://github.com/astral-sh/uv/compare/0.9.5...0.9.6

    What differed:

    - no request, keyring call, exit status, leak or file asked for

    ## Repeat it

    Save the scenario as \`a.toml\` and run:

    \`\`\`sh
    npx uv-mre map a.toml
    \`\`\`
    "
  `);
});

test("an exhaustive map says so", () => {
  expect(mapText({ ...REPORT, result: { ...RESULT, exhaustive: true } }, { width: 80, paint: PLAIN })).toContain(
    "All 24 releases were asked, 4 of them by a single run.",
  );
});
