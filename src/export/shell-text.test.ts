import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellWord } from "./shell-text.ts";

const WORDS = [
  "~",
  "~/x",
  "a~b",
  "$HOME",
  "`id`",
  "!x",
  "*",
  "{a,b}",
  "#c",
  "a\tb",
  "=ls",
  "",
  "é",
  "x=~/y",
  "line\nbreak",
  'it\'s "q" \\',
  "-n",
];

/** What `{{secret}}` becomes in the words. */
const SECRET = [{ kind: "code", value: "${SECRET}" }] as const;

test.for(["bash", "zsh"])("%s reads back every word as it was, typed or in a script", (shell, context) => {
  if (spawnSync(shell, ["-c", ""]).status !== 0) context.skip(`${shell} is not installed`);
  const words = [...WORDS, ...WORDS.map((word) => `${word}{{secret}}`)];
  const line = `python3 -c 'import json, sys; print(json.dumps(sys.argv[1:]))' ${words.map((word) => shellWord(word, () => SECRET)).join(" ")}\n`;
  const read = (args: readonly string[], input: string): unknown => {
    const { stdout } = spawnSync(shell, args, {
      input,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: "/nowhere", SECRET: "s3" },
    });
    return JSON.parse(stdout.slice(stdout.indexOf("[")));
  };
  const meant = words.map((word) => word.replace("{{secret}}", "s3"));
  const quiet = { bash: ["--norc", "--noprofile", "-i"], zsh: ["-f", "-i"] }[shell] ?? [];
  expect(read(["-c", line], "")).toEqual(meant);
  // A tab that is typed completes a word.
  const typed = line.replaceAll("\t", " ");
  expect(read(quiet, typed)).toEqual(meant.map((word) => word.replaceAll("\t", " ")));
});
