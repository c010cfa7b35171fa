import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { applyCut, cutBy } from "./cut.ts";
import { cutsOf } from "./candidate-cuts.ts";
import { reduce } from "./reduce.ts";
import { shorterValues } from "./shorter-values.ts";

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
      name = "app"
      # Only the first matters.
      dependencies = ["one"]

      '''
      [[step]]
      run = "uv sync"
      reproduced = { exit = "nonzero", final = { any = { index = "private" } } }
      healthy = { exit = 0 }

      [vary.repair]
      "as found" = {}
      "healed" = { step = { 0 = { venv = "inactive" } } }

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
    expect(applyCut(SCENARIO, cut ?? cutBy("", []))).toContain('"healed" = { step = { 0 = { venv = "inactive" } } }');
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

  it("takes an index out with everything that speaks of it or of its address, and a user likewise", () => {
    const text = SCENARIO.replace('two = { index = "private" }', 'two = { index = "other" }')
      .replace("[tool.uv.sources]", '[[tool.uv.index]]\nname = "other"\nurl = "https://bob@b.test/simple/"\n\n[tool.uv.sources]')
      .replace('"notes.txt"', '"netrc.txt" = "machine a.test login bob password {{secret.private.bob}}"\n"notes.txt"');
    const without = (words: string): string => {
      const cut = cutsOf(text).find((each) => each.words === words);
      return applyCut(text, cut ?? cutBy("", []));
    };
    expect(without("other, with what speaks of it")).not.toMatch(/other|b\.test/);
    expect(without("bob, with what speaks of it")).not.toContain("bob");
  });

  it("merges a step into the next, which does what it did besides its command", () => {
    const text = SCENARIO.replace('run = "uv lock"\n', 'run = "uv lock"\nwrite = { "a.txt" = "a" }\n');
    const cut = cutsOf(text).find(({ words }) => words === "the command of step 1");
    const merged = applyCut(text, cut ?? cutBy("", []));
    expect(parse(merged)["step"]).toEqual([expect.objectContaining({ write: { "a.txt": "a" }, run: "uv sync --quiet --all-extras" })]);
    expect(merged).toContain('"healed" = { step = { 0 = ');
  });

  it("gives names that are shorter in the order that they were in, in all their spellings, and says which index is which", () => {
    const long = SCENARIO.replaceAll("private", "zebra-crossing-feed")
      .replaceAll("alice", "walter.white")
      .replaceAll("bob", "yvonne.black")
      .replaceAll("a.test", "packages.corp.test:8443")
      .replaceAll("b.test/simple", "other.corp.test/api/simple")
      .replace("first\nsecond", "one line\nand another")
      .replace("Only the first matters", "The others do not matter")
      .replace("[[step]]", '[[step]]\nenv = { UV_INDEX_ZEBRA_CROSSING_FEED_USERNAME = "walter.white" }');
    const shorter = (words: string): string => {
      const cut = shorterValues(long).find((each) => each.words === words);
      return applyCut(long, cut ?? cutBy("", []));
    };
    expect(shorter("shorter user names")).toContain('users = ["alice", "bob"]');
    expect(shorter("alice in place of walter.white")).toContain('users = ["alice", "yvonne.black"]');
    const renamed = shorter("second in place of zebra-crossing-feed");
    expect(renamed).toContain('UV_INDEX_SECOND_USERNAME = "walter.white"');
    expect(renamed).not.toMatch(/zebra/i);
    expect(shorterValues(long).find(({ words }) => words.startsWith("second"))?.renames).toEqual(
      new Map([["second", "zebra-crossing-feed"]]),
    );
    const [all] = shorterValues(long);
    const least = applyCut(long, all ?? cutBy("", []));
    expect(least).toMatch(
      /\[index\.second\][^]*"https:\/\/b\.example\/simple\/"[^]*\["alice", "bob"\][^]*UV_INDEX_SECOND_USERNAME = "alice"/,
    );
    expect(least).toContain('name = "app"');
    expect(shorter("shorter hosts")).toMatch(/"https:\/\/b\.example:8443\/simple\/"[^]*"https:\/\/a\.example\/api\/simple\/"/);
    expect(shorter("packages.corp.test in place of packages.corp.test:8443")).toContain('"https://packages.corp.test/simple/"');
    expect(shorter("other.corp.test/simple/ in place of other.corp.test/api/simple/")).toContain('"https://other.corp.test/simple/"');
  });

  it("asks again about what could not go only where something went since that speaks of the same", async () => {
    const asked: string[] = [];
    await reduce(SCENARIO, {
      parallel: 1,
      signal: new AbortController().signal,
      onCut: () => undefined,
      shows: async (smaller) => {
        asked.push(smaller);
        return !smaller.includes("notes.txt") && smaller.length > SCENARIO.length - 60;
      },
    });
    const first = cutsOf(SCENARIO).length;
    expect(asked.length).toBeLessThan(first * 2);
    expect(new Set(asked).size).toBe(asked.length);
  });
});
