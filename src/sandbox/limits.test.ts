import { describe, expect, it } from "vitest";
import { limitWords, pidMax } from "./limits.ts";

const UNLIMITED = "Max file size             unlimited            unlimited            bytes";

describe("the limits of a run", () => {
  it.each([
    ["6.8.0-45-generic", null],
    ["6.13.9", null],
    ["6.14.0", 2_300],
    ["7.0.1-arch1", 2_300],
    ["unknown", null],
  ])("have a highest process number on kernel %s only where it is not the machine's: %s", (kernel, wanted) => {
    expect(pidMax(kernel)).toBe(wanted);
  });

  it("count processes only where the kernel counts those of the sandbox apart", () => {
    expect(limitWords("5.13.0", UNLIMITED).some((each) => each.startsWith("nproc"))).toBe(false);
    expect(limitWords("5.14.0", UNLIMITED)).toContain("nproc=2000");
  });

  it("are never above what this process may have", () => {
    const own = [
      "Max file size             1000                 2000                 bytes",
      "Max processes             unlimited            70                   processes",
    ].join("\n");
    expect(limitWords("6.0.0", own)).toEqual(["fsize=2000", expect.stringMatching(/^data=\d{10,}$/), "core=0", "nproc=70"]);
  });
});
