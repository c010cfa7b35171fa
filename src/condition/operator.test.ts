import { expect, test } from "vitest";
import { holdsFor, type FieldValue, type Operator, type Scalar } from "./operator.ts";

const cases: [Operator, FieldValue, Scalar[], boolean][] = [
  ["is", "a", ["b", "a"], true],
  ["is", 1, ["1"], false],
  ["is", "a", [], false],
  ["is", ["a", "b"], ["b"], true],
  ["is", null, ["null"], false],
  ["not", 2, [0], true],
  ["not", 0, [0], false],
  ["not", null, [0], false],
  ["whole", "https://a.example/x/", ["https://a.example/"], false],
  ["whole", "https://a.example/x/", ["https://*/x/"], true],
  ["whole", "aXa", ["aXa*a"], false],
  ["whole", ["get", "--mode"], ["--*"], true],
  ["part", "https://a.example/x/", ["/x"], true],
  ["part", "https://a.example/x/", ["/x*"], false],
  ["part", "https://a.example/x/", ["*.example/*"], true],
  ["part", "a[1].b", ["a[?].b"], false],
  ["host", "https://a.example:8443/x", ["A.EXAMPLE"], true],
  ["host", "https://a.example:8443/x", ["a.example:8443"], true],
  ["host", "https://a.example/x", ["a.example:443"], false],
  ["host", "no url", ["no url"], false],
  ["contains", "a*b", ["a*"], true],
  ["contains", "ab", ["a*"], false],
  ["lacks", "ab", ["x", "b"], false],
  ["lacks", "ab", ["x", "*"], true],
  ["lacks", null, ["x"], false],
  ["matches", "401 Unauthorized", ["^4\\d\\d\\b"], true],
  ["matches", "error 401", ["^4\\d\\d\\b"], false],
  ["present", null, [false], true],
  ["present", null, [true], false],
  ["present", "", [true], true],
  ["present", "", [false], false],
];

test.each(cases)("%s: %j held to %j is %s", (operator, value, wanted, expected) => {
  expect(holdsFor(operator, value, wanted)).toBe(expected);
});
