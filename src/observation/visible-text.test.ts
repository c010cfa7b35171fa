import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cut } from "../report/truncate.ts";
import { clip, displayWidth, fit, oneLine, visible, wrap } from "./visible-text.ts";

const anyText = fc.string({ unit: "binary", maxLength: 60 });

test("no control character is left to obey", () => {
  expect(visible("\u001b[31mred\r\nnext\ttab\u0000\u202eevil\u009b")).toBe("\\x1b[31mred\nnext\ttab\\x00\\u202eevil\\x9b");
  // oxlint-disable-next-line no-control-regex -- to find none is the point
  fc.assert(fc.property(anyText, (text) => !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u.test(visible(text))));
});

test("one line stays one line, within its limit", () => {
  expect(oneLine("  a\n\tb \r\n c ")).toBe("a b c");
  expect(oneLine("x".repeat(100), 5)).toBe("xxxx…");
  fc.assert(
    fc.property(
      anyText,
      fc.integer({ min: 1, max: 40 }),
      (text, limit) => oneLine(text, limit).length <= limit && !/[\n\r]/u.test(oneLine(text)),
    ),
  );
});

test("a cut never splits a character", () => {
  expect(clip("ab😀c", 4)).toBe("ab…");
  expect(fit("scenarios/keyring.toml", 12, "start")).toBe("…eyring.toml");
});

test("widths are those of a terminal", () => {
  expect(["abc", "漢字", "😀", "e\u0301"].map(displayWidth)).toEqual([3, 4, 2, 1]);
});

test("what is fitted or wrapped is no wider than asked, and wrapping loses nothing but spaces", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 30 }), (text, width) => {
      const line = oneLine(text);
      expect(displayWidth(fit(line, width))).toBeLessThanOrEqual(width);
      expect(displayWidth(fit(line, width, "start"))).toBeLessThanOrEqual(width);
      const lines = wrap(line, width);
      for (const part of lines) expect(displayWidth(part)).toBeLessThanOrEqual(width);
      expect(lines.join("").replaceAll(" ", "")).toBe(line.replaceAll(" ", ""));
    }),
  );
});

test("a long text keeps its beginning and its end, and says what is missing", () => {
  const text = Array.from({ length: 100 }, (_, n) => `line ${n}`).join("\n");
  expect(cut(text, 60)).toMatchInlineSnapshot(`
    "line 0
    line 1
    [... 93 lines (735 characters) cut here to keep the report short ...]
    line 95
    line 96
    line 97
    line 98
    line 99"
  `);
  expect(cut("x".repeat(1_000), 100)).toMatchInlineSnapshot(`"[... 1 line (1000 characters) cut here to keep the report short ...]"`);
  expect(cut("one\ntwo", 0)).toMatchInlineSnapshot(`"[... 2 lines (7 characters) cut here to keep the report short ...]"`);
  expect(cut("one\ntwo", 7)).toBe("one\ntwo");
});
