import { describe, expect, test } from "vitest";
import { compare, isSpecifier, isVersion, satisfies, versionsIn } from "./version.ts";

test.each([
  ["0.9.5", true],
  ["1.0rc1", true],
  ["2!1.0.post1.dev3+cpu", true],
  ["v1.0", true],
  ["latest", false],
  ["1.0.x", false],
  ["", false],
])("%s is a version: %s", (text, expected) => {
  expect(isVersion(text)).toBe(expected);
});

test.each([
  [">=0.9,<0.10", true],
  ["==0.9.*", true],
  ["~=0.9.1", true],
  [" != 0.9.3 ", true],
  ["0.9", false],
  [">=", false],
  ["", false],
  ["  ", false],
  [">=0.9,", false],
])("%s is a specifier: %s", (text, expected) => {
  expect(isSpecifier(text)).toBe(expected);
});

describe("order", () => {
  test("by number, not by letter; pre-releases before, post-releases after", () => {
    const versions = ["0.10.0", "0.9.18", "0.9.5", "1.0", "1.0rc1", "1.0.post1", "1.0.dev1"];
    expect(versions.sort(compare)).toEqual(["0.9.5", "0.9.18", "0.10.0", "1.0.dev1", "1.0rc1", "1.0", "1.0.post1"]);
  });

  test("trailing zeros count for nothing", () => {
    expect(compare("1.0", "1.0.0")).toBe(0);
  });

  test("what is no version is not compared", () => {
    expect(() => compare("1.0", "latest")).toThrow("not a version: latest");
  });
});

describe("membership", () => {
  test.each([
    ["0.9.18", ">=0.9,<0.10", true],
    ["0.10.0", ">=0.9,<0.10", false],
    ["0.9.5", "==0.9.*", true],
    ["0.10.0rc1", ">=0.9", false],
    ["0.10.0rc1", ">=0.10.0rc1", true],
    ["0.10.0rc1", "==0.10.0rc1", true],
    ["0.10.0a1", ">=0.9,!=0.10.0rc1", false],
    ["0.10.0a1", "<=0.10.0rc1", true],
  ])("%s in %s: %s", (version, specifiers, expected) => {
    expect(satisfies(version, specifiers)).toBe(expected);
  });

  test("what is malformed is not answered", () => {
    expect(() => satisfies("0.9", "0.9")).toThrow("not a version specifier: 0.9");
    expect(() => satisfies("x", ">=0.9")).toThrow("not a version: x");
  });
});

test("the versions that specifiers name", () => {
  expect(versionsIn(">=0.9, <0.10,==1.2.*,!=1.0rc1,???")).toEqual(["0.9", "0.10", "1.2", "1.0rc1"]);
});
