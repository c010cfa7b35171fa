import { describe, expect, test } from "vitest";
import { readMarkdown } from "../../test/markdown-page.ts";
import { bisectReport, exploreReport, mapReport, runResult } from "../../test/report-fixture.ts";
import { REPORT_FORMATS, formatOf } from "./report-format.ts";
import { visibleLines } from "./markdown-text.ts";
import { mergeKept, readKept } from "./read-json.ts";
import type { Reported, SearchReport } from "./reported.ts";

// With whole milliseconds, as JSON has them.
const searches = [bisectReport(), mapReport(), exploreReport()].map((search) => {
  return JSON.parse(JSON.stringify(search), (key, value) => (key === "durationMs" ? Math.round(value) : value)) as SearchReport;
});
const PAGE = "__UV_MRE_DATA__";
const render = (ending: string, reported: Reported): string => formatOf(`report${ending}`)!.render(reported, { page: PAGE });
const kept = (reported: Reported, file = "kept.json") => readKept(file, render(".json", reported));

/** JSON, or lines of JSON, as values: the order of keys means nothing. */
function parsed(text: string): unknown {
  if (!text.startsWith("{")) return text;
  return text.includes("\n{") ? text.split("\n").map((line) => JSON.parse(line)) : JSON.parse(text);
}

describe("a search that was kept as JSON", () => {
  test.each(searches)("$kind: makes the same report in every format", (search) => {
    const reported = { results: [], searches: [search] };
    const formats = REPORT_FORMATS.filter(({ showsCauses }) => showsCauses || search.kind !== "explore");
    const all = (each: Reported): unknown[] => formats.map(({ ending }) => parsed(render(ending, each)));
    expect(all(kept(reported))).toEqual(all(reported));
  });

  test("is merged with others and with runs, later ones in place of earlier ones of the same scenario", () => {
    const first = kept({ results: [runResult()], searches });
    const second = kept({ results: [], searches: [bisectReport({ command: ["again"] })] });
    const merged = mergeKept([first, second]);
    expect(merged.results).toHaveLength(1);
    expect(merged.searches.map(({ kind, command }) => [kind, command?.[0]])).toEqual([
      ["map", "npx"],
      ["explore", "npx"],
      ["bisect", "again"],
    ]);
    const markdown = render(".md", merged);
    expect(markdown).toMatch(/^# uv-mre: 1 run, 3 searches\n/u);
    expect([...markdown.matchAll(/^<summary>(?:bisect|map|explore|runs)/gmu)]).toHaveLength(4);
  });

  test.each([
    [{ kind: "guess" }, /^kept.json: not runs/],
    [{ ...JSON.parse(render(".json", { results: [], searches: [bisectReport()] })), kept: {} }, /\(kept\./],
    [{ ...JSON.parse(render(".json", { results: [], searches: [mapReport()] })), runs: [{}] }, /\(runs\.0\./],
    [{ ...JSON.parse(render(".json", { results: [], searches: [exploreReport()] })), explored: 1 }, /\(explored: /],
  ])("is refused with its place where it is something else: %#", (value, message) => {
    expect(() => readKept("kept.json", JSON.stringify(value))).toThrow(message);
  });
});

test.each(searches)("$kind: what stays open in Markdown fits on a screen, and every fence is whole", (search) => {
  const markdown = render(".md", { results: [], searches: [search] });
  expect(visibleLines(markdown)).toBeLessThanOrEqual(60);
  expect(readMarkdown(markdown).closed).toBe(true);
});

test("Markdown of an exploration names each cause and what proves it", () => {
  const markdown = render(".md", { results: [], searches: [exploreReport()] });
  expect(markdown).toContain("**1. The symptom appears with UV\\_INDEX \\= user name alone.**");
  expect(markdown).toContain("| UV\\_INDEX \\= user name alone | healthy |");
  expect(markdown).toContain("<summary>Evidence of cause 1: uv 0.9.5, reproduced</summary>");
  expect(markdown).toContain("npx uv-mre explore explore.toml --uv 0.9.5");
});

test("the strip of a map has every release, and says how many were run", () => {
  const titles = [...render(".svg", { results: [], searches: [mapReport()] }).matchAll(/<title>(.*?)<\/title>/gu)].map(
    ([, title]) => title,
  );
  expect(titles).toEqual(["uv 0.9.1 – 0.9.4: healthy (2 of 3 run)", "uv 0.9.5: reproduced"]);
});

test("JUnit of a search has a case for each release that was asked", () => {
  const cases = [...render(".xml", { results: [], searches: [bisectReport()] }).matchAll(/name="(uv [^"]+)"/gu)].map(([, name]) => name);
  expect(cases).toEqual(["uv 0.9.5", "uv 0.9.1", "uv 0.9.4"]);
});
