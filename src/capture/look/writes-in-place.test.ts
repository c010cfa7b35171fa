import { expect, it } from "vitest";
import type { Looked } from "../model.ts";
import { writesInPlace } from "./writes-in-place.ts";

const LOOKED = { root: "/home/jane/falcon", venv: { path: "/home/jane/falcon/.venv" }, cache: { path: "/home/jane/.cache/uv" } } as Looked;

it.each([
  ["uv lock", ["uv.lock"]],
  ["uv --quiet sync", ["uv.lock", "the virtual environment /home/jane/falcon/.venv"]],
  ["uv tool upgrade x", ["the tools that uv has installed, and their commands"]],
  ["uv new-command", ["whatever it writes"]],
])("%s: what it may change where it stands is told", (command, places) => {
  expect(writesInPlace(LOOKED, command.split(" "), 3)).toEqual([
    "in place: the command runs 3 times in /home/jane/falcon itself, one run after the other",
    `it may change, and nothing is put back: ${[...places, "uv's cache /home/jane/.cache/uv"].join("; ")}`,
  ]);
});

it("says that what `uv run` starts may change anything", () => {
  expect(writesInPlace(LOOKED, ["uv", "run", "x"], 3).at(-1)).toBe("what `uv run` starts may change anything");
});
