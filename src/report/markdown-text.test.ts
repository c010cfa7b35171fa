import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aliveText, cellsOf, readMarkdown } from "../../test/markdown-page.ts";
import { code, details, fence, fenceVerbatim, prose, table } from "./markdown-text.ts";

/** Text as an attacker would write it: what closes fences, opens HTML, notifies people, hides. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "`",
        "```",
        "~~~",
        "````\n",
        "\n",
        "\r",
        "|",
        "\\|",
        "\\\\|",
        "\\",
        "<!--",
        "-->",
        "</details>",
        "@octocat",
        "`a`",
        "@``x",
        "#1",
        "*",
        "_",
        " ",
        "\u202e",
      ),
      fc.string({ unit: "binary" }),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(""));

describe("fence", () => {
  test("holds any text, and nothing of it gets out", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const write of [fence, fenceVerbatim]) {
          const page = readMarkdown(`before\n\n${write(text, "toml")}\n\nafter`);
          expect(page.closed).toBe(true);
          expect(page.fences).toHaveLength(1);
          expect(page.lines).toEqual(["before", "", "", "after"]);
        }
      }),
    );
  });

  test("keeps a scenario as it is, and spells out controls elsewhere", () => {
    expect(fenceVerbatim("a = '\u202e'\n", "toml")).toBe("```toml\na = '\u202e'\n```");
    expect(fence("\u001b[31mred\u001b[0m\u202e ```", "console")).toMatchInlineSnapshot(`
      "\`\`\`\`console
      \\x1b[31mred\\x1b[0m\\u202e \`\`\`
      \`\`\`\`"
    `);
  });
});

describe("code", () => {
  test("is one line that is nothing but code", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const span = code(text);
        expect(span).not.toMatch(/[\n\r]/u);
        expect(aliveText(span)).toBe("");
      }),
    );
  });

  test("is cut at its limit", () => {
    expect(code("abcdefgh", 5)).toBe("`abcd…`");
  });
});

describe("prose", () => {
  test("leaves nothing alive outside code", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = prose(text);
        expect(line).not.toMatch(/[\n\r]/u);
        expect(aliveText(line)).not.toMatch(/[@<>*_[\]`]|#\d/u);
      }),
    );
  });

  test("reads like the text", () => {
    expect(prose("A venv's own keyring: 401, see astral-sh/uv#1 or ask @octocat <b>now</b>")).toMatchInlineSnapshot(
      `"A venv's own keyring: 401, see \`astral-sh/uv#1\` or ask \`@octocat\` \\<b\\>now\\</b\\>"`,
    );
    expect(prose("the first `keyring` on PATH, `a|b`, `` not this ``, a ` alone")).toMatchInlineSnapshot(
      `"the first \`keyring\` on PATH, \`a|b\`, \\\`\\\` not this \\\`\\\`, a \\\` alone"`,
    );
    expect(["1. one", "- two", "# three", "> four", "=== five"].map((text) => prose(text))).toMatchInlineSnapshot(`
      [
        "1\\. one",
        "\\- two",
        "\\# three",
        "\\> four",
        "\\=== five",
      ]
    `);
  });
});

describe("table", () => {
  test("has the cells that were given, whatever they hold", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 2, maxLength: 4 }), (texts) => {
        const [, , row = ""] = table(
          texts.map(() => "h"),
          [texts.map((text) => code(`x${text}`))],
        ).split("\n");
        expect(cellsOf(row)).toHaveLength(texts.length);
      }),
    );
  });

  test("shows a pipe as a pipe", () => {
    const [, , row = ""] = table(["a", "b"], [[code("x|y"), prose("x|y")]]).split("\n");
    expect(row).toBe("| `x\\|y` | x\\|y |");
    expect(cellsOf(row)).toEqual(["`x|y`", "x|y"]);
  });
});

test("a fold's summary stays text", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const [, summary = ""] = details(text, "content").split("\n");
      expect(summary.replace(/^<summary>(<code>)?|(<\/code>)?<\/summary>$/gu, "")).not.toMatch(/[<>@#](?!\d+;)|&(?!#\d+;)/u);
    }),
  );
});
