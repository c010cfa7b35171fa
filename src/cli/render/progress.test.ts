import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { runResult, unresolvedResult } from "../../../test/report-fixture.ts";
import { PLAIN } from "../../report/paint.ts";
import { cutWidthOf, isLive, paintFor, widthOf, type TerminalStream } from "./paint.ts";
import { createBar } from "./bar.ts";
import { plainLines } from "./open-bar.ts";
import { createProgress } from "./progress.ts";

function recorder(over: Partial<TerminalStream> = {}): TerminalStream & NodeJS.WritableStream & { readonly text: () => string } {
  const written: string[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a stream, nothing but writing is asked
  const stream = { ...over, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WritableStream;
  return Object.assign(stream, { text: () => written.join("") });
}

const A = "scenarios/keyring-shadowing.toml";

test("off a terminal: a line for each run that finished, no cursor codes", () => {
  const stream = recorder();
  const bar = plainLines(stream);
  const progress = createProgress({ bar, total: 2, paint: PLAIN });
  progress.started(A, "0.9.5");
  progress.started(A, "0.9.18");
  bar.line("a warning");
  progress.finished(unresolvedResult({ uv: "0.9.18" }));
  progress.finished(runResult());
  progress.end();
  expect(stream.text()).toMatchInlineSnapshot(`
    "a warning
    [1/2] scenarios/keyring-shadowing.toml  uv 0.9.18  unresolved  (2.3 s)
    [2/2] scenarios/keyring-shadowing.toml  uv 0.9.5  reproduced  (claim held, 2.3 s)
    "
  `);
});

test("on a terminal: one line, rewritten, never wider than the terminal, gone at the end", () => {
  const stream = recorder({ isTTY: true, columns: 70 });
  const bar = createBar(stream, PLAIN);
  const progress = createProgress({ bar, total: 3, paint: PLAIN });
  progress.started(A, "0.9.5");
  progress.started(A, "0.9.18");
  progress.finished(unresolvedResult({ uv: "0.9.18" }));
  bar.line("a warning");
  progress.started(A, "latest");
  progress.finished(runResult());
  progress.finished(runResult({ uv: "0.13.9" }));
  progress.end();
  const screen = stripVTControlCharacters(stream.text());
  const frames = screen.match(/\[[█░]+\][^\n[]*/gu) ?? [];
  expect(frames).toMatchInlineSnapshot(`
    [
      "[░░░░░░░░░░░░░░░░░░░░] 0/3  running: scenarios/keyring-shadowing.tom…",
      "[███████░░░░░░░░░░░░░] 1/3  1 unresolved; running: scenarios/keyring…",
      "[███████░░░░░░░░░░░░░] 1/3  1 unresolved; running: scenarios/keyring…",
      "[█████████████░░░░░░░] 2/3  1 unresolved, 1 reproduced; running: sce…",
    ]
  `);
  for (const frame of frames) expect(frame.length).toBeLessThan(70);
  expect(screen).toContain("a warning\n");
  // The last thing that is done is to take it away.
  expect(stream.text().trimEnd().split("█").at(-1)).toContain("\u001b[2K");
});

test.each([
  ["a terminal", { isTTY: true }, {}, true, true],
  ["a pipe", {}, {}, false, false],
  ["NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, false, true],
  ["an empty NO_COLOR", { isTTY: true }, { NO_COLOR: "" }, true, true],
  ["NO_COLOR against FORCE_COLOR", { isTTY: true }, { NO_COLOR: "1", FORCE_COLOR: "1" }, false, true],
  ["FORCE_COLOR in a pipe", {}, { FORCE_COLOR: "1" }, true, false],
  ["FORCE_COLOR=0", { isTTY: true }, { FORCE_COLOR: "0" }, false, true],
  ["a dumb terminal", { isTTY: true }, { TERM: "dumb" }, false, false],
  ["CI", { isTTY: true }, { CI: "true" }, true, false],
  ["CI=false", { isTTY: true }, { CI: "false" }, true, true],
])("%s", (_, over, env, coloured, live) => {
  const stream = recorder(over);
  expect({ coloured: paintFor(stream, env).red("x") !== "x", live: isLive(stream, env) }).toEqual({ coloured, live });
});

test("a stream without columns is 80 wide", () => {
  expect([widthOf(recorder()), widthOf(recorder({ columns: 132 })), widthOf(recorder({ columns: 5 }))]).toEqual([80, 132, 40]);
});

test("lines are cut at a terminal's width, and nowhere else", () => {
  const terminal = recorder({ isTTY: true, columns: 90 });
  expect([cutWidthOf(terminal, {}), cutWidthOf(terminal, { CI: "true" }), cutWidthOf(recorder(), {})]).toEqual([90, Infinity, Infinity]);
});
