import { expect, test } from "vitest";
import { observation, runResult } from "../../test/report-fixture.ts";
import { commandLine, repeatCommand, savedName } from "./command-line.ts";
import { groupReleases, rangeWords, representatives } from "./releases.ts";

const run = (uv: string, verdict: "reproduced" | "healthy" | "unresolved" | "unsupported" = "reproduced", over = {}) =>
  runResult({ uv, verdict, ...over });

test("neighbours of equal outcome are one group, by version and not by spelling", () => {
  const groups = groupReleases([run("0.10.0"), run("0.9.18"), run("0.9.2", "healthy"), run("0.9.10", "healthy")]);
  expect(groups.map(({ verdict, runs }) => `${rangeWords(runs)}: ${verdict}`)).toEqual([
    "0.9.2, 0.9.10: healthy",
    "0.9.18, 0.10.0: reproduced",
  ]);
});

test("a contradicted claim splits a group", () => {
  const groups = groupReleases([run("0.9.1"), run("0.9.2", "reproduced", { claim: "contradicted" }), run("0.9.3")]);
  expect(groups.map(({ claim }) => claim)).toEqual(["held", "contradicted", "held"]);
});

test("evidence is that of the newest release that contradicts, then of the newest of each verdict, for each scenario", () => {
  const chosen = representatives([
    run("0.9.1", "healthy"),
    run("0.9.3", "healthy"),
    run("0.9.0", "reproduced", { claim: "contradicted" }),
    run("0.9.2", "reproduced", { claim: "contradicted" }),
    run("0.9.4"),
    run("0.5.0", "unsupported", { observation: observation() }),
    run("0.9.9", "healthy", { scenario: "b.toml" }),
  ]);
  expect(chosen.map(({ scenario, uv }) => `${scenario} ${uv}`)).toMatchInlineSnapshot(`
    [
      "scenarios/keyring-shadowing.toml 0.9.2",
      "scenarios/keyring-shadowing.toml 0.9.4",
      "scenarios/keyring-shadowing.toml 0.9.3",
      "b.toml 0.9.9",
    ]
  `);
});

test("the command that repeats is ready to paste", () => {
  expect(repeatCommand([run("0.13.9"), run("0.9.5"), run("0.9.5")], "my scenario.toml")).toBe(
    "npx uv-mre run 'my scenario.toml' --uv 0.9.5 --uv 0.13.9",
  );
  expect(repeatCommand([run("0.14.0", "reproduced", { uvBinary: "target/debug/uv" })], "a.toml")).toBe(
    "npx uv-mre run a.toml --uv target/debug/uv",
  );
  const many = repeatCommand(
    Array.from({ length: 50 }, (_, patch) => run(`0.9.${patch}`)),
    "a.toml",
  );
  expect(many).toMatchInlineSnapshot(
    `"npx uv-mre run a.toml --uv 0.9.0 --uv 0.9.7 --uv 0.9.14 --uv 0.9.21 --uv 0.9.28 --uv 0.9.35 --uv 0.9.42 --uv 0.9.49  # 8 of the 50 releases"`,
  );
});

test("words that a shell would read are quoted", () => {
  expect(commandLine(["run", "my  bug.toml", "~/x", "a~b", "two\nlines"])).toBe("run 'my  bug.toml' '~/x' a~b 'two lines'");
  expect(commandLine(["uv", "pip", "install", "a>=1", "it's", "", "$HOME", "--x=1"])).toBe(
    "uv pip install 'a>=1' 'it'\\''s' '' '$HOME' --x=1",
  );
});

test("a report names a file that can be saved", () => {
  expect(["scenarios/a.toml", "-", "issue.md", "..", "x\\b.toml", "a b.toml"].map(savedName)).toMatchInlineSnapshot(`
    [
      "a.toml",
      "scenario.toml",
      "scenario.toml",
      "scenario.toml",
      "b.toml",
      "scenario.toml",
    ]
  `);
});
