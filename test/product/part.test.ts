import path from "node:path";
import { describe, expect, it } from "vitest";
import { put, ROOT } from "../e2e/command.ts";
import { temporaryFolder } from "../real-tools.ts";
import { partOf } from "./part.ts";

const ALL = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];

describe("numbered files", () => {
  it("have all of it between them, each its own", async () => {
    await using folder = await temporaryFolder();
    const files = await Promise.all([1, 2, 3].map((number) => put(folder.path, `faults-${number}.test.ts`, "")));
    await put(folder.path, "exports-7.test.ts", "");
    expect(files.map((file) => partOf(ALL, file).join(""))).toEqual(["adgj", "behk", "cfi"]);
  });

  it("are refused with a number missing, for a part of the product would be missing", async () => {
    await using folder = await temporaryFolder();
    const [first = ""] = await Promise.all([1, 3].map((number) => put(folder.path, `faults-${number}.test.ts`, "")));
    expect(() => partOf(ALL, first)).toThrow("the files faults-N.test.ts are not numbered 1, 2, 3, …: 1, 3");
    expect(() => partOf(ALL, path.join(ROOT, "scenarios/history.test.ts"))).toThrow("are not numbered");
  });
});
