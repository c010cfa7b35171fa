import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../scenario/error.ts";
import { compare } from "../scenario/version.ts";
import { needsReleaseList, selectReleases } from "./select.ts";

const ALL = ["0.1.0", "0.1.15", "0.1.45", "0.8.24", "0.9.0", "0.9.5", "0.9.18", "0.9.30", "0.10.0", "0.10.12", "0.13.9"];

describe("what a specification selects", () => {
  it.each([
    [["0.9.5"], ["0.9.5"]],
    [[" v0.9.5 "], ["0.9.5"]],
    [[">=0.9,<0.10"], ["0.9.0", "0.9.5", "0.9.18", "0.9.30"]],
    [["~=0.9.18"], ["0.9.18", "0.9.30"]],
    [["==0.10.*"], ["0.10.0", "0.10.12"]],
    [["latest"], ["0.13.9"]],
    [["oldest"], ["0.1.0"]],
    [["minors"], ["0.1.45", "0.8.24", "0.9.30", "0.10.12", "0.13.9"]],
    [["all"], ALL],
    [
      ["latest", "0.9.5", "0.13.9", ">=0.9.18,<0.10", "0.9.5"],
      ["0.9.5", "0.9.18", "0.9.30", "0.13.9"],
    ],
    [
      ["./target/debug/uv", "latest", "C:\\uv.exe", "../uv", "./target/debug/uv"],
      ["0.13.9", "./target/debug/uv", "C:\\uv.exe", "../uv"],
    ],
    [["1.0.0rc1"], ["1.0.0rc1"]],
  ])("%j: %j", (specs, expected) => {
    expect(selectReleases(specs, ALL)).toEqual(expected);
  });

  it("leaves pre-releases out of a range that names none", () => {
    expect(selectReleases([">=0.13"], [...ALL, "1.0.0rc1"])).toEqual(["0.13.9"]);
  });

  it("takes exact versions and binaries as they are where no list was asked for", () => {
    expect(selectReleases(["0.99.1", "0.9.5", "./uv"], null)).toEqual(["0.9.5", "0.99.1", "./uv"]);
  });
});

it.each([
  [["0.9.5", "/usr/bin/uv"], false],
  [["0.9.5", "latest"], true],
  [[">=0.9"], true],
  [["oldest"], true],
  [["minors"], true],
  [["all"], true],
  [[], false],
])("%j needs the list: %s", (specs, needed) => {
  expect(needsReleaseList(specs)).toBe(needed);
});

it.each([
  ["0.9.99", "there is no uv 0.9.99; the nearest releases: 0.9.5, 0.9.18, 0.9.30"],
  ["0.9.4", "there is no uv 0.9.4; the nearest releases: 0.9.0, 0.9.5"],
  ["0.0.3", "there is no uv 0.0.3; the nearest releases: 0.1.45, 0.8.24"],
  ["0.11.2", "there is no uv 0.11.2; the nearest releases: 0.9.30, 0.10.12, 0.13.9"],
  ["9.9.9", "there is no uv 9.9.9; the nearest releases: 0.9.30, 0.10.12, 0.13.9"],
  [">=0.14", 'no release of uv is in ">=0.14"; they run from 0.1.0 to 0.13.9'],
  ["newest", /^not a release of uv: "newest"; give an exact release/],
  ["", /^not a release of uv: ""/],
  [">=0.9 <0.10", /^not a release of uv: ">=0.9 <0.10"/],
])("refuses %j", (spec, message) => {
  expect(() => selectReleases([spec], ALL)).toThrow(UserError);
  expect(() => selectReleases([spec], ALL)).toThrow(message);
});

const VERSION = fc.tuple(fc.nat(1), fc.nat(12), fc.nat(30)).map((parts) => parts.join("."));
const FORM = fc.oneof(
  fc.constantFrom("latest", "oldest", "minors", "all", "./uv"),
  VERSION.map((version) => `>=${version}`),
);

it("selects known releases only, oldest first, each once, whatever the order of list and specifications", () => {
  fc.assert(
    fc.property(fc.uniqueArray(VERSION, { minLength: 1 }), fc.array(FORM), (all, forms) => {
      const specs = [...forms, "latest"].filter(
        (spec) => !spec.startsWith(">") || all.some((version) => compare(version, spec.slice(2)) >= 0),
      );
      const selected = selectReleases(specs, all);
      expect(selectReleases(specs.toReversed(), all.toReversed())).toEqual(selected);
      const versions = selected.filter((item) => item !== "./uv");
      expect(all).toEqual(expect.arrayContaining(versions));
      expect(versions).toEqual([...new Set(versions)].sort(compare));
    }),
  );
});
