import * as fc from "fast-check";
import { expect, test } from "vitest";
import { normaliseSpace } from "./text.ts";

// The same hint as uv 0.9.5, a coloured terminal and uv 0.13.9 write it.
const wrapped = `  × No solution found when resolving dependencies:
  ╰─▶ Because other-bb was not found in the cache and you require other-bb==3,
      we can conclude that your requirements are unsatisfiable.

      hint: Packages were unavailable because the network was disabled. When
      the network is disabled, registry packages may only be read from the
      cache.
`;
const nested = `  × Failed to build \`app\`\n  ├─▶ The build backend returned an error\n  │   and this line goes on\n  ╰─▶ Call to \`x\` failed\n`;
const unwrapped = `error: No solution found when resolving dependencies
  cause: Because other-bb was not found in the cache and you require other-bb==3, we can conclude that your requirements are unsatisfiable.

hint: Packages were unavailable because the network was disabled. When the network is disabled, registry packages may only be read from the cache.
`;

test("wrapped and framed texts become one line", () => {
  expect(normaliseSpace(wrapped)).toMatchInlineSnapshot(
    `"No solution found when resolving dependencies: Because other-bb was not found in the cache and you require other-bb==3, we can conclude that your requirements are unsatisfiable. hint: Packages were unavailable because the network was disabled. When the network is disabled, registry packages may only be read from the cache."`,
  );
  expect(normaliseSpace(nested)).toMatchInlineSnapshot(
    `"Failed to build \`app\` The build backend returned an error and this line goes on Call to \`x\` failed"`,
  );
});

test("a hint reads the same in both layouts, coloured or not", () => {
  const hint = normaliseSpace("hint: Packages were unavailable because the network was disabled. When the network is\n disabled, registry");
  const coloured = wrapped
    .replaceAll("╰─▶", "\u001b[31m╰─▶\u001b[0m")
    .replace("hint", "\u001b[36m\u001b[1mhint\u001b[0m")
    .replaceAll("\n", "\r\n");
  expect([wrapped, unwrapped, coloured].map((text) => normaliseSpace(text).includes(hint))).toEqual([true, true, true]);
  expect(normaliseSpace(coloured)).toBe(normaliseSpace(wrapped));
});

test("a multiplication sign inside a word stays", () => {
  expect(normaliseSpace("3×4 × 5")).toBe("3×4 5");
});

test("normalising twice changes nothing more, and no run of blanks is left", () => {
  const text = fc
    .array(fc.constantFrom("×", "│", "╰─▶", " ", "\n", "a", "b×", "\u001b[1m", "\t"), { maxLength: 20 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (sample) => {
      const once = normaliseSpace(sample);
      expect(normaliseSpace(once)).toBe(once);
      expect(once).not.toMatch(/\s\s|^\s|\s$|[\n\t]/);
    }),
  );
});
