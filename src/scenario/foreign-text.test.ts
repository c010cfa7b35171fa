import { expect, test } from "vitest";
import { foreignText } from "./foreign-text.ts";
import { STARTER_SCENARIO } from "./starter.ts";

test.each([
  ["\n  \n", /^nothing is in it; uv-mre init FILE/],
  ["<!DOCTYPE html>\n<html>", /^this is a web page; save the scenario's own text/],
  ['{ "schema": 1 }', /^this is JSON, and a scenario is TOML/],
  ['[project]\nname = "app"\n', /^this is a pyproject\.toml; a scenario holds it as a text/],
  ["[tool.uv]\n", /^this is a pyproject\.toml/],
  ['version = 1\n[[package]]\nname = "a"\n', /^this is a uv\.lock/],
])("%j is no scenario, and what it is and what to do is said", (text, said) => {
  expect(foreignText(text)).toMatch(said);
});

test.each([STARTER_SCENARIO, `\uFEFF${STARTER_SCENARIO}`, "titel = 1", 'schema = 1\n[project]\nname = "x"', "[[step]\n", "# Markdown"])(
  "%j may be one",
  (text) => {
    expect(foreignText(text)).toBeNull();
  },
);
