import * as fc from "fast-check";
import { expect, test } from "vitest";
import { extractScenario, secondScenarioLine } from "./markdown.ts";

const SCENARIO = 'schema = 1\ntitle = "x"\n\n[[step]]\nrun = "uv sync"\n';

const piece = fc.constantFrom(
  "```toml\n",
  "````\n",
  "~~~ toml title=x\n",
  "```\n",
  "> ",
  "- ",
  "1. ",
  "    ",
  "\t",
  "\r\n",
  "\r",
  "schema = 1\n",
  "[[step]]\n",
  "<!-- ",
  "# x\n",
  "`",
);
const anything = fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }).map((parts) => parts.join(""));

test("any Markdown is read to its end, and what is found stands where it is said to", () => {
  fc.assert(
    fc.property(anything, (markdown) => {
      const found = extractScenario(markdown);
      secondScenarioLine(markdown);
      if (found === null) return;
      const lines = markdown.split(/\r\n|\r|\n/).slice(found.line - 1);
      for (const [at, line] of found.text.slice(0, -1).split("\n").entries()) expect(lines[at] ?? "").toContain(line);
    }),
    { numRuns: 500 },
  );
});

test("a scenario comes out as it went in, whatever fence, quote or list it stands in, and whatever prose is around it", () => {
  const prose = fc
    .array(fc.string(), { maxLength: 5 })
    .map((lines) => lines.join("\n"))
    .filter((text) => !/[`~]{3}/.test(text));
  const fence = fc.tuple(fc.constantFrom("`", "~"), fc.integer({ min: 3, max: 9 })).map(([mark, length]) => mark.repeat(length));
  const prefix = fc.array(fc.constantFrom("> ", ">", "  "), { maxLength: 3 }).map((parts) => parts.join(""));
  const ending = fc.constantFrom("\n", "\r\n");
  fc.assert(
    fc.property(prose, prose, fence, prefix, ending, fc.constantFrom("toml", "TOML", ""), (before, after, mark, start, end, info) => {
      const block = [`${mark}${info}`, ...SCENARIO.trimEnd().split("\n"), mark].map((line) => start + line).join(end);
      const found = extractScenario(`${before}\n${block}\n${after}`);
      expect(found).toEqual({ text: SCENARIO, line: before.split(/\r\n|\r|\n/).length + 2, indent: start.length });
    }),
    { numRuns: 300 },
  );
});
