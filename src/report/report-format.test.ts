import { describe, expect, test } from "vitest";
import { runResult, unresolvedResult } from "../../test/report-fixture.ts";
import { annotations } from "./annotations.ts";
import { REPORT_FORMATS, formatOf } from "./report-format.ts";
import { pageData } from "./page-data.ts";

const PAGE = '<script type="application/json" id="data">__UV_MRE_DATA__</script>';
const hostile = `</script><img src=x onerror=alert(1)>"'&\u2028\u0000\ud800]]>$&`;
const runs = [
  runResult(),
  runResult({ uv: "0.9.18", verdict: "healthy", claim: "contradicted" }),
  unresolvedResult({ uv: "0.10.0" }),
  runResult({ uv: "0.1.0", verdict: "unsupported", claim: "none" }),
];

test("a file's ending says the format", () => {
  expect(REPORT_FORMATS.map(({ ending }) => ending)).toEqual([".md", ".html", ".json", ".xml", ".svg"]);
  expect(formatOf("out/REPORT.HTML")?.ending).toBe(".html");
  expect(formatOf("report.pdf")).toBeNull();
});

describe("nothing from outside is markup", () => {
  const bad = runResult({
    scenario: hostile,
    title: hostile,
    uv: hostile,
    claimed: hostile,
    claim: "contradicted",
    reasons: unresolvedResult({}).reasons,
  });
  test.each(REPORT_FORMATS.filter(({ ending }) => [".html", ".xml", ".svg"].includes(ending)))("$ending", ({ render }) => {
    const text = render({ results: [bad], searches: [] }, { page: PAGE });
    expect(text).not.toMatch(/<img|<\/script><i|&\s|\u2028/);
    expect(text.match(/<\/script>/gu)?.length ?? 0).toBe(text.startsWith("<script") ? 1 : 0);
  });
});

test("the data of the page is what it was given, with what runs share written once", () => {
  const { data, details } = pageData({ results: runs, searches: [] });
  expect(data.shared).toHaveLength(4);
  const { definition, scenarioText } = details[1]!.shared;
  expect([data.shared[definition], data.shared[scenarioText]]).toEqual([runs[1]?.definition, runs[1]?.scenarioText]);
  expect(details.map(({ uv, observation }) => [uv, observation])).toEqual(runs.map(({ uv, observation }) => [uv, observation]));
  expect(data.runs.map(({ uv, verdict }) => [uv, verdict])).toEqual(runs.map(({ uv, verdict }) => [uv, verdict]));
});

test("where all evidence is too much, the runs that stand for their verdict keep theirs", () => {
  const many = Array.from({ length: 50 }, (_, n) => runResult({ uv: `0.9.${n}`, verdict: n === 7 ? "healthy" : "reproduced" }));
  const size = JSON.stringify(many[0]?.observation).length;
  const { data, details } = pageData({ results: many, searches: [] }, size * 3);
  const kept = details.filter(({ observation }) => observation !== null).map(({ uv }) => uv);
  expect(data.runs.filter(({ hasEvidence }) => hasEvidence).map(({ uv }) => uv)).toEqual(kept);
  expect(kept).toEqual(["0.9.0", "0.9.7", "0.9.49"]);
});

test("JUnit: a contradicted claim fails, an unresolved run is an error, an unsupported one is skipped", () => {
  expect(formatOf("a.xml")?.render({ results: runs, searches: [] }, {})).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="uv-mre" tests="4" failures="1" errors="1" skipped="1" time="9.242">
      <testsuite name="scenarios/keyring-shadowing.toml" tests="4" failures="1" errors="1" skipped="1" time="9.242">
        <testcase classname="scenarios/keyring-shadowing.toml" name="uv 0.9.5" time="2.310"/>
        <testcase classname="scenarios/keyring-shadowing.toml" name="uv 0.9.18" time="2.310">
          <failure message="claimed reproduced, came to healthy" type="healthy"></failure>
        </testcase>
        <testcase classname="scenarios/keyring-shadowing.toml" name="uv 0.10.0" time="2.310">
          <error message="no verdict" type="unresolved">step[1].healthy.exit: wanted exit 0; seen: exit 2</error>
        </testcase>
        <testcase classname="scenarios/keyring-shadowing.toml" name="uv 0.1.0" time="2.310">
          <skipped message="this release is not supported by the scenario"/>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

test("GitHub shows what failed at its line, releases with the same trouble as one", () => {
  const text =
    'schema = 1\ntitle = "x"\n[[step]]\nrun = "uv sync"\n[[step]]\nrun = "uv sync"\nhealthy = { exit = 0 }\n[claims]\n">=0.6.6" = "reproduced"\n';
  const failed = [
    unresolvedResult({ scenarioText: text, scenario: "a,b:100%.toml" }),
    unresolvedResult({ scenarioText: text, scenario: "a,b:100%.toml", uv: "0.9.6" }),
    runResult({ scenarioText: text, verdict: "healthy", claim: "contradicted", scenario: "folder" }),
    runResult(),
  ];
  expect(annotations(failed).join("\n")).toMatchInlineSnapshot(`
    "::error file=a%2Cb%3A100%25.toml,line=7,title=A run came to no verdict::uv 0.9.5, 0.9.6: no verdict: wanted exit 0; seen: exit 2
    ::error file=folder/scenario.toml,line=9,title=A claim is contradicted::uv 0.9.5: claimed reproduced, came to healthy"
  `);
});
