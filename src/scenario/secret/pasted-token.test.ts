import { expect, test } from "vitest";
import { parseScenario } from "../parse.ts";
import { maskTokens, pastedTokens } from "./pasted-token.ts";
import { formatProblems } from "../problem.ts";

/** As issued, but made up here: no text of the project looks like one. */
const LETTERS = "aB3dE-f7Hi_jK9mNoP2q";
const GITLAB = `glpat-${LETTERS}`;
const PLAIN = `${LETTERS}${LETTERS}`.replaceAll(/[-_]/g, "");
const TOKENS = [
  GITLAB,
  // Of letters alone, as one of thirty is.
  `glpat-${LETTERS.replaceAll(/\d/g, "x")}`,
  `glpat-${LETTERS}${LETTERS}.01.0z1abcdef`,
  `ghp_${PLAIN}`,
  `github_pat_${PLAIN.slice(14)}_${PLAIN}`,
  `pypi-AgE${LETTERS}`,
  `gldt-${LETTERS}`,
];

const scenario = (text: string): string => `schema = 1
title = "x"
${text}
[[step]]
run = "uv sync"
reproduced.exit = "nonzero"
healthy.exit = 0
`;

test("tokens of GitLab, GitHub and PyPI are found; what stands in the place of one is none", () => {
  expect(TOKENS.map((token) => pastedTokens(`https://u:${token}@h/`).map(({ index, length }) => [index, length]))).toEqual(
    TOKENS.map((token) => [[10, token.length]]),
  );
  const none = [
    "glpat-xxxxxxxxxxxxxxxxxxxxXX",
    "glpat-REDACTED-BY-THE-REPORTER",
    "glpat-REDACTED-BY-REPORTER-1",
    "glpat-Tokens-And-Their-Scopes",
    "ghp_your_token_goes_here",
    "ghp_your_TOKEN_goes_here",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "github_pat_YOUR_own_TOKEN_of_1_year_goes_here",
    "glpat-{{secret.private}}",
    "glpat-aB3dE-f7Hi",
    `x${GITLAB}`,
    "pypi-mirror-2Go-Somewhere",
  ];
  expect(none.flatMap(pastedTokens)).toEqual([]);
  expect(maskTokens(`a ${GITLAB} b`)).toBe(`a glpat-${"*".repeat(20)} b`);
  expect(maskTokens(`a ${GITLAB}${LETTERS}.01.0z1abcdef. b`)).toBe(`a glpat-${"*".repeat(53)}. b`);
});

test("a pasted token is an error at its line, wherever it stands, and is never shown", () => {
  const texts = [
    `# was ${GITLAB}`,
    `description = "${GITLAB}"`,
    `[env]\nUV_INDEX = "https://__token__:${GITLAB}@packages.example.com/simple/"`,
    `[files]\n"a.txt" = '''\none\ntwo ${GITLAB}\n'''`,
    `[vary.a.b.env]\nX = "${GITLAB}"`,
    // Together with others, on its own line: it is hidden there, too.
    `titel = "${GITLAB}"`,
    `x = ${GITLAB}`,
  ];
  const told = texts.map((text) => {
    const result = parseScenario(scenario(text), { file: "a.toml" });
    return result.ok ? "(ok)" : formatProblems(result.problems, scenario(text));
  });
  expect(told.join("\n")).not.toContain(LETTERS);
  expect(told.join("\n\n")).toMatchInlineSnapshot(`
    "a.toml:3:7: what begins with \`glpat-\` here looks like a real token: take it out, and revoke it if it ever was one (every secret is made anew for each run: write \`{{secret.INDEX}}\` for that of the index's user, \`{{stale.INDEX}}\` for one that is refused)
      # was glpat-********************
            ^

    a.toml:3:16: what begins with \`glpat-\` here looks like a real token: take it out, and revoke it if it ever was one (every secret is made anew for each run: write \`{{secret.INDEX}}\` for that of the index's user, \`{{stale.INDEX}}\` for one that is refused)
      description = "glpat-********************"
                     ^

    a.toml:4:31: what begins with \`glpat-\` here looks like a real token: take it out, and revoke it if it ever was one (every secret is made anew for each run: write \`{{secret.INDEX}}\` for that of the index's user, \`{{stale.INDEX}}\` for one that is refused)
      UV_INDEX = "https://__token__:glpat-********************@packages.example.com/simple/"
                                    ^

    a.toml:6:5: what begins with \`glpat-\` here looks like a real token: take it out, and revoke it if it ever was one (every secret is made anew for each run: write \`{{secret.INDEX}}\` for that of the index's user, \`{{stale.INDEX}}\` for one that is refused)
      two glpat-********************
          ^

    a.toml:4:6: what begins with \`glpat-\` here looks like a real token: take it out, and revoke it if it ever was one (every secret is made anew for each run: write \`{{secret.INDEX}}\` for that of the index's user, \`{{stale.INDEX}}\` for one that is refused)
      X = "glpat-********************"
           ^

    a.toml:3:1: titel: unknown key \`titel\` (did you mean \`title\`?)
      titel = "glpat-********************"
      ^
    a.toml:3:10: what begins with \`glpat-\` here looks like a real token: take it out, and revoke it if it ever was one (every secret is made anew for each run: write \`{{secret.INDEX}}\` for that of the index's user, \`{{stale.INDEX}}\` for one that is refused)
      titel = "glpat-********************"
               ^

    a.toml:3:5: not valid TOML: invalid value (a text stands in quotes)
      x = glpat-********************
          ^
    a.toml:3:5: what begins with \`glpat-\` here looks like a real token: take it out, and revoke it if it ever was one (every secret is made anew for each run: write \`{{secret.INDEX}}\` for that of the index's user, \`{{stale.INDEX}}\` for one that is refused)
      x = glpat-********************
          ^"
  `);
});

test("so it is in a file beside the scenario", () => {
  const text = scenario("");
  const result = parseScenario(text, { file: "a/scenario.toml", home: { ".netrc": `machine h\npassword ${GITLAB}\n` } });
  const told = result.ok ? "(ok)" : formatProblems(result.problems, text);
  expect(`${told}${JSON.stringify(result)}`).not.toContain(LETTERS);
  expect(told).toMatchInlineSnapshot(`
    "home/.netrc:2:10: home.".netrc": what begins with \`glpat-\` here looks like a real token: take it out, and revoke it if it ever was one (every secret is made anew for each run: write \`{{secret.INDEX}}\` for that of the index's user, \`{{stale.INDEX}}\` for one that is refused)
      password glpat-********************
               ^"
  `);
});
