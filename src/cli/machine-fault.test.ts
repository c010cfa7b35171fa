import { expect, test } from "vitest";
import { machineFault } from "./machine-fault.ts";

const refused = (code: string): Error => Object.assign(new Error(`${code}: refused, open '/x'`), { code });

test("what the machine refuses is said with what to do about it, however deep it lies in an error", () => {
  expect(machineFault(refused("EMFILE"))).toMatchInlineSnapshot(`
    "too few files may be open at once: raise the limit (\`ulimit -n 1024\`), or run fewer at once (\`--jobs 1\`)
    EMFILE: refused, open '/x'"
  `);
  const around = new Error("outer", { cause: new AggregateError([new Error("one"), refused("ENOSPC")]) });
  const leaving = Object.assign(new Error("on the way out"), { error: new Error("another"), suppressed: refused("EROFS") });
  expect([around, leaving].map((error) => machineFault(error)?.split(":")[0])).toEqual(["the disk is full", "the disk is read-only"]);
});

test("any other error is no fault of the machine", () => {
  expect([refused("ENOENT"), new Error("a bug"), "text", null].map(machineFault)).toEqual([null, null, null, null]);
});
