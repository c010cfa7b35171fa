import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parsedScenario } from "../../test/scenario-fixture.ts";
import type { Reason, Trouble, Verdict } from "../observation/model.ts";
import type { Claim, Condition } from "../scenario/model.ts";

const PAGE = await readFile(new URL("../../docs/verdicts.md", import.meta.url), "utf8");

// `satisfies Record<Kind, …>` makes the compiler ask for a kind that is missing here.
const KINDS = {
  Verdicts: Object.keys({ reproduced: 0, healthy: 0, unresolved: 0, unsupported: 0 } satisfies Record<Verdict, 0>),
  Reasons: Object.keys({
    condition: 0,
    ambiguous: 0,
    "asked-nothing": 0,
    "set-up": 0,
    trouble: 0,
    "not-supported": 0,
    "unknown-argument": 0,
  } satisfies Record<Reason["kind"], 0>),
  Conditions: Object.keys({
    exit: 0,
    stdout: 0,
    stderr: 0,
    request: 0,
    final: 0,
    keyring: 0,
    file: 0,
    lock: 0,
    installed: 0,
    leak: 0,
  } satisfies Record<Condition["kind"], 0>),
};

const TROUBLES = Object.keys({
  timeout: 0,
  signal: 0,
  gateway: 0,
  python: 0,
  install: 0,
  backend: 0,
  "keyring-tool": 0,
  keyring: 0,
  interrupted: 0,
  spawn: 0,
  workspace: 0,
  resources: 0,
  frozen: 0,
} satisfies Record<Trouble["kind"], 0>);

test.each(["uv-16402.md", "uv-16402-keyring-and-order.md"])(
  "%s: each scenario that has a row is there, and claims the row's verdicts",
  async (page) => {
    const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), "utf8");
    const rows = [...text.matchAll(/(?:^\|.*\n)+/gmu)].flatMap(([table]) => scenarioRows(table));
    expect(rows.length).toBeGreaterThan(15);
    for (const { names, verdicts } of rows) {
      const claimed = await Promise.all(names.map(claimedVerdicts));
      expect({ names, verdicts }).toEqual({ names, verdicts: [...new Set(claimed.flat())].toSorted() });
    }
  },
);

/** Rows of a table with a column of scenarios and one of verdicts, as far as they name scenarios and verdicts. */
function scenarioRows(table: string): { names: string[]; verdicts: string[] }[] {
  const [head = [], , ...rows] = table.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const [named, judged] = [head.findIndex((cell) => /^scenarios?$/u.test(cell)), head.findIndex((cell) => cell.startsWith("verdict"))];
  if (named < 0 || judged < 0) return [];
  return rows.flatMap((cells) => {
    const names = (cells[named] ?? "").match(/(?<![\w…*-])[a-z\d]+(?:-[a-z\d]+)+(?![\w*-])/gu) ?? [];
    const verdicts = [...new Set((cells[judged] ?? "").match(/\b(?:reproduced|healthy)\b/gu))].toSorted();
    return names.length === 0 || verdicts.length === 0 ? [] : [{ names: [...names], verdicts }];
  });
}

async function claimsOf(name: string): Promise<readonly Claim[]> {
  const text = await readFile(new URL(`../../scenarios/${name}.toml`, import.meta.url), "utf8");
  return parsedScenario(text, { file: `${name}.toml` }).claims;
}

async function claimedVerdicts(name: string): Promise<Verdict[]> {
  return (await claimsOf(name)).map(({ verdict }) => verdict);
}

test("uv-16402.md: each of the thread's thirteen points has its scenario, what that claims of which releases, and the cause", async () => {
  const page = await readFile(new URL("../../docs/uv-16402.md", import.meta.url), "utf8");
  const [, part = ""] = page.split("## The thread, point by point\n");
  const rows = (part.split("\n## ")[0] ?? "").split("\n").filter((line) => /^\| \d/.test(line));
  const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
  expect([...new Set(cells.map(([, point]) => Number(point)))]).toEqual(Array.from({ length: 13 }, (_, at) => at + 1));
  for (const [, point, , scenarios = "", verdict = "", cause = ""] of cells) {
    const names = [...scenarios.matchAll(/`([a-z\d-]+)`/gu)].map(([, name = ""]) => name);
    const claims = (await Promise.all(names.map(claimsOf))).flat().map((claim) => `${claim.verdict} \`${claim.releases}\``);
    expect({ point, verdict, hasCause: cause.length > 10 }).toEqual({ point, verdict: [...new Set(claims)].join("; "), hasCause: true });
    expect(names).not.toEqual([]);
  }
});

test.each(Object.entries(KINDS))("%s: each kind has its heading, and each heading its kind", (section, kinds) => {
  const headings = [...partOf(section).matchAll(/^### `(.+)`$/gmu)].map(([, kind]) => kind);
  expect(headings).toEqual(kinds);
});

test("each kind of trouble has its row", () => {
  const trouble = partOf("Reasons")
    .split("### ")
    .find((part) => part.startsWith("`trouble`"));
  expect([...(trouble ?? "").matchAll(/^\| `(.+?)` \|/gmu)].map(([, kind]) => kind)).toEqual(TROUBLES);
});

test("each kind of condition has an example that parses, and no example is about anything else", () => {
  const examples = [...partOf("Conditions").matchAll(/^### `(.+)`$[\s\S]*?^```toml\n([\s\S]*?)^```$/gmu)];
  const kinds = examples.map(([, kind = "", toml = ""]) => {
    const { reproduced, healthy } = parsedScenario(scenario(toml)).steps[0]!;
    return [...reproduced, ...healthy].some((condition) => condition.kind === kind) ? kind : `not ${kind}`;
  });
  expect(kinds).toEqual(KINDS.Conditions);
});

/** A scenario with this side in a step, and the other side made up. */
function scenario(side: string): string {
  const other = side.startsWith("healthy") ? 'reproduced = { exit = "nonzero" }' : "healthy = { exit = 0 }";
  return `schema = 1
title = "example"

[index.private]
url = "https://feeds.example.com/simple/"
user = "u"
packages = [{ name = "transitive" }]

[keyring]
tool = ["private"]

[[step]]
run = "uv sync"
${side}${other}
`;
}

function partOf(section: string): string {
  return PAGE.split(/^## /mu).find((part) => part.startsWith(`${section}\n`)) ?? "";
}
