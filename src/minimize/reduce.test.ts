import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { applyCut, cutsOf } from "./cuts.ts";
import { reduce } from "./reduce.ts";

const SCENARIO = `#:schema ../schema/scenario-1.schema.json
schema = 1
title = "One of many"

# The index that refuses.
[index.private]
url = "https://a.test/simple/"
users = ["alice", "bob"]
packages = [{ name = "one" }, { name = "two", requires = ["three"] }, { name = "three" }, { name = "four" }]

# Beside the point.
[index.other]
url = "https://b.test/simple/"

[files]
"pyproject.toml" = '''
[project]
name = "app"
# Only the first matters.
dependencies = ["one", "two>=1", "four"]

[tool.uv.sources]
one = { index = "private" }
two = { index = "private" }
'''
"notes.txt" = '''
first
second
'''

[[step]]
run = "uv lock"

[[step]]
run = "uv sync --quiet --all-extras"
reproduced = { exit = "nonzero", final = { any = { index = "private" } } }
healthy = { exit = 0 }

[vary.repair]
"as found" = {}
"healed" = { step = { 1 = { venv = "inactive" } } }

[claims]
">=0.9" = "reproduced"
`;

/** Reduces with a symptom that is a question to the document, as a stand-in for runs. */
async function reduced(
  shows: (document: Record<string, unknown>, text: string) => boolean,
): Promise<{ text: string; went: readonly string[]; asked: number }> {
  let asked = 0;
  const { text, went } = await reduce(SCENARIO, {
    parallel: 2,
    signal: new AbortController().signal,
    onCut: () => undefined,
    shows: async (smaller) => {
      asked += 1;
      try {
        return shows(parse(smaller), smaller);
      } catch {
        return false;
      }
    },
  });
  return { text, went, asked };
}

describe("reducing", () => {
  it("keeps what the symptom needs, with its comments and order, and what makes a scenario of it", async () => {
    const { text } = await reduced(
      (_, smaller) => /name = "one"/.test(smaller) && /^dependencies = \[.*"one"/mu.test(smaller) && smaller.includes("uv sync"),
    );
    expect(text).toMatchInlineSnapshot(`
      "#:schema ../schema/scenario-1.schema.json
      schema = 1
      title = "One of many"

      # The index that refuses.
      [index.private]
      packages = [{ name = "one" }]

      [files]
      "pyproject.toml" = '''
      [project]
      # Only the first matters.
      dependencies = ["one"]

      '''
      [[step]]
      run = "uv sync"
      reproduced = { exit = "nonzero", final = { any = { index = "private" } } }
      healthy = { exit = 0 }

      [vary.repair]
      "as found" = {}
      "healed" = {  }

      [claims]
      ">=0.9" = "reproduced"
      "
    `);
  });

  it("takes a package out of every place that speaks of it at once", async () => {
    // Whoever is named somewhere has to be there: one place alone cannot go.
    const { text } = await reduced((_, smaller) => {
      const named = (name: string): number =>
        (smaller.includes(`{ name = "${name}"`) ? 1 : 0) + (new RegExp(`^dependencies = .*"${name}`, "mu").test(smaller) ? 1 : 0);
      return named("one") === 2 && ["two", "four"].every((name) => named(name) !== 1);
    });
    expect(text).not.toMatch(/two|four/);
  });

  it("numbers the steps of the pair anew where an earlier one goes", () => {
    const cut = cutsOf(SCENARIO).find(({ words }) => words === "step 1");
    expect(applyCut(SCENARIO, cut ?? { words: "", edits: [], size: 0 })).toContain('"healed" = { step = { 0 = { venv = "inactive" } } }');
  });

  it("never takes out conditions, claims or the pair", () => {
    const kept = ["schema = 1", "title =", "reproduced = ", '">=0.9"', '"healed" = '];
    const without = cutsOf(SCENARIO).map((cut) => applyCut(SCENARIO, cut));
    expect(without.filter((text) => !kept.every((each) => text.includes(each)))).toEqual([]);
  });

  it("ends with the smallest so far where it is told to stop", async () => {
    const controller = new AbortController();
    const { text, stopped } = await reduce(SCENARIO, {
      parallel: 1,
      signal: controller.signal,
      shows: async () => true,
      onCut: () => controller.abort(),
    });
    expect(stopped).toBe(true);
    expect(text.length).toBeLessThan(SCENARIO.length);
  });
});
