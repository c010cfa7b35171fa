import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { readKeyringJournal } from "./keyring-journal.ts";
import { layoutFor, workspacePaths, type WorkspacePaths } from "./layout.ts";

async function journalOf(paths: WorkspacePaths, steps: Readonly<Record<number, readonly (object | string)[]>>): Promise<void> {
  await mkdir(paths.output, { recursive: true });
  for (const [step, lines] of Object.entries(steps)) {
    const text = lines.map((line) => (typeof line === "string" ? line : `${JSON.stringify(line)}\n`)).join("");
    await writeFile(path.join(paths.output, `keyring-${step}.jsonl`), text);
  }
}

function begin(pid: number, at: number, prefix: string): object {
  return { event: "begin", pid, at, prefix, argv: ["get", "https://feeds.example.com/", "ann"] };
}

test("whose keyring it was is told by where its interpreter stands", async () => {
  await using folder = await temporaryFolder();
  const paths = workspacePaths(folder.path, layoutFor(process.platform));
  const toolPrefix = "/cache/keyring-tool/key-1/keyring";
  const prefixes = {
    [path.join(paths.project, ".venv")]: "venv",
    [path.join(paths.project, "member/env")]: "venv",
    [path.join(paths.home, "venvs/app")]: "venv",
    [toolPrefix]: "tool",
    [path.join(paths.home, ".local/share/uv/tools/keyring")]: "tool",
    [path.join(paths.cache, "archive-v0/abc")]: "other",
    [path.join(paths.tmp, ".tmpAbc")]: "other",
    [`${paths.root}-neighbour/project/.venv`]: "other",
    "/usr": "other",
  };
  await journalOf(paths, { 0: Object.keys(prefixes).map((prefix, index) => begin(index, index, prefix)) });
  const calls = await readKeyringJournal({ paths, toolPrefix, clockOrigin: 0 });
  expect(calls.map(({ from }) => from)).toEqual(Object.values(prefixes));
  expect(calls[0]?.prefix).toBe("$WORK/project/.venv");
  expect(calls[8]?.prefix).toBe("/usr");
});

test("calls of several steps come in order, each with its own end, though they overlap or a pid comes again", async () => {
  await using folder = await temporaryFolder();
  const paths = workspacePaths(folder.path, layoutFor(process.platform));
  await journalOf(paths, {
    1: [begin(7, 40, "/usr"), { event: "end", pid: 7, at: 45, raised: null, exit: 0 }],
    0: [
      begin(7, 10, "/usr"),
      begin(8, 11, "/usr"),
      { event: "end", pid: 8, at: 15, raised: "LookupError", exit: 1 },
      { event: "end", pid: 7, at: 18, raised: null, exit: 0 },
      begin(8, 20, "/usr"),
    ],
  });
  const calls = await readKeyringJournal({ paths, toolPrefix: null, clockOrigin: 10 });
  expect(calls.map(({ step, at, durationMs, raised, exit, finished }) => [step, at, durationMs, raised, exit, finished])).toEqual([
    [0, 0, 8, null, 0, true],
    [0, 1, 4, "LookupError", 1, true],
    [0, 10, null, null, null, false],
    [1, 30, 5, null, 0, true],
  ]);
});

test("a line that a kill cut off is no call, and no journal is no calls", async () => {
  await using folder = await temporaryFolder();
  const paths = workspacePaths(folder.path, layoutFor(process.platform));
  expect(await readKeyringJournal({ paths, toolPrefix: null, clockOrigin: 0 })).toEqual([]);
  await journalOf(paths, { 0: [begin(1, 1, "/usr"), '{"event": "beg'] });
  await writeFile(path.join(paths.output, "step-0.stdout"), "not ours");
  expect(await readKeyringJournal({ paths, toolPrefix: null, clockOrigin: 0 })).toHaveLength(1);
});
