import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fillText, placeholdersIn, splitReference } from "./placeholder.ts";

const values = (name: string) => ({ home: "/h", "secret.a": "{{home}} $& $1" })[name] ?? null;

test("fills what is known, once, and as it is", () => {
  expect(fillText("{{home}}/x {{ secret.a }}{{home}}", values)).toBe("/h/x {{home}} $& $1/h");
});

test("double braces themselves", () => {
  expect(fillText("{{open}} x }} {{open}}home}}", values)).toBe("{{ x }} {{home}}");
});

test("leaves alone what is no placeholder", () => {
  const text = "{home} {{a\nb}} {{{a} }} { {home} } {{";
  expect([fillText(text, values), placeholdersIn(text)]).toEqual([text, []]);
});

test("an unknown name is a bug of ours", () => {
  expect(() => fillText("{{nothing}}", values)).toThrow("no value for {{nothing}}");
});

test("names come with their text, in order", () => {
  expect(placeholdersIn("{{a}} {{ b.c }}{{}}")).toEqual([
    { name: "a", text: "{{a}}" },
    { name: "b.c", text: "{{ b.c }}" },
    { name: "", text: "{{}}" },
  ]);
});

test("index names may hold dots: the longest that fits is meant", () => {
  const indexes = ["a", "a.b", "c"];
  expect(splitReference("a.b.c", ["a.b", "a"])).toEqual({ index: "a.b", rest: "c" });
  expect(["a", "a.b", "a.b.c", "a.x", "ab", "c.me@d.e"].map((text) => splitReference(text, indexes))).toEqual([
    { index: "a", rest: null },
    { index: "a.b", rest: null },
    { index: "a.b", rest: "c" },
    { index: "a", rest: "x" },
    null,
    { index: "c", rest: "me@d.e" },
  ]);
});

test("a text whose placeholders are all filled with {{open}} says the same", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("{", "}", "a", " ", ".") }), (text) => {
      const escaped = text.replaceAll("{{", "{{open}}");
      expect(fillText(escaped, () => "?")).toBe(text);
    }),
  );
});
