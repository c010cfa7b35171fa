import { expect, test } from "vitest";
import { parsedScenario } from "../../test/scenario-fixture.ts";
import { normaliseForCache } from "./cache-key.ts";

function key(text: string): string {
  return normaliseForCache(parsedScenario(text));
}

const BASE = `schema = 1
title = "one"
supported = ">=0.9"
env = { A = "1", B = "2" }
[[step]]
run = "uv sync"
reproduced.exit = "nonzero"
healthy.exit = 0
[files]
"a" = "x"
"b" = "y"
`;

test("wording, order and claims change nothing", () => {
  const other = `# a comment
title = "two"
description = "more"
issue = "a/b#1"
schema = 1
supported = ">=0.9"
env = { B = "2", A = "1" }
[files]
b = 'y'
a = 'x'
[[step]]
healthy = { exit = [0] }
reproduced = { exit = "nonzero" }
run = ["uv", "sync"]
[claims]
">=0.9" = "healthy"
`;
  expect(key(other)).toBe(key(BASE));
});

test.each([
  ["a file", '"a" = "x"', '"a" = "z"'],
  ["a name", '"a" = "x"', '"c" = "x"'],
  ["the command", '"uv sync"', '"uv lock"'],
  ["a condition", "healthy.exit = 0", "healthy.exit = 1"],
  ["the releases", ">=0.9", ">=0.8"],
  ["the environment", 'A = "1"', 'A = "2"'],
])("%s makes another run of it", (_, from, to) => {
  expect(key(BASE.replace(from, to))).not.toBe(key(BASE));
});

test("the order of steps counts", () => {
  const two = (first: string, second: string) =>
    BASE.replace("[[step]]", `[[step]]\nrun = "${first}"\n[[step]]\nrun = "${second}"\n[[step]]`);
  expect(key(two("a", "b"))).not.toBe(key(two("b", "a")));
});
