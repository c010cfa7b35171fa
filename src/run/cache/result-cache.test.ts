import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { runResult } from "../../../test/report-fixture.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import type { Reason, Verdict } from "../../observation/model.ts";
import { parseScenario } from "../../scenario/parse.ts";
import { codeVersion } from "./code-version.ts";
import { openResultCache } from "./result-cache.ts";

const parsed = parseScenario(`schema = 1
title = "t"
[[step]]
run = "uv --version"
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }
`);
if (!parsed.ok) throw new Error("the scenario is wrong");
const { scenario } = parsed;
const python = { file: "/usr/bin/python3", version: "3.13.1" } as Parameters<typeof openResultCache>[1];
const release = { spec: "exact", version: "0.9.5", file: "/uv", sha256: "00" } as unknown as Parameters<
  ReturnType<typeof openResultCache>["read"]
>[1];

function result(verdict: Verdict, ...kinds: Reason["kind"][]) {
  return runResult({ verdict, reasons: kinds.map((kind) => ({ kind, condition: null, wanted: "", seen: "" })) });
}

test.each<{ verdict: Verdict; kinds: Reason["kind"][]; kept: boolean }>([
  { verdict: "reproduced", kinds: [], kept: true },
  { verdict: "healthy", kinds: [], kept: true },
  { verdict: "unsupported", kinds: ["unknown-argument"], kept: true },
  { verdict: "unresolved", kinds: ["condition", "condition"], kept: true },
  { verdict: "unresolved", kinds: ["ambiguous"], kept: true },
  { verdict: "unresolved", kinds: ["trouble"], kept: false },
  { verdict: "unresolved", kinds: ["condition", "set-up"], kept: false },
])("$verdict for $kinds: kept $kept", async ({ verdict, kinds, kept }) => {
  await using folder = await temporaryFolder();
  const cache = openResultCache(folder.path, python, "code");
  await cache.add(scenario, release, result(verdict, ...kinds));
  expect((await cache.read(scenario, release)).map((each) => [each.verdict, each.cached])).toEqual(kept ? [[verdict, true]] : []);
});

test("what is unresolved is forgotten after an hour, a verdict is not", async () => {
  await using folder = await temporaryFolder();
  const cache = openResultCache(folder.path, python, "code");
  await cache.add(scenario, release, result("unresolved", "condition"));
  await cache.add(scenario, release, result("healthy"));
  const [key = ""] = await readdir(path.join(folder.path, "results"));
  const place = path.join(folder.path, "results", key);
  for (const name of await readdir(place)) {
    const aged = String(Number.parseInt(name, 10) - 3_700_000).padStart(15, "0");
    await rename(path.join(place, name), path.join(place, name.replace(/^\d+/, aged)));
  }
  expect((await cache.read(scenario, release)).map(({ verdict }) => verdict)).toEqual(["healthy"]);
});

test("another version of our own code has results of its own, and the code has a version", async () => {
  await using folder = await temporaryFolder();
  await openResultCache(folder.path, python, "older").add(scenario, release, result("healthy"));
  expect(await openResultCache(folder.path, python, "newer").read(scenario, release)).toEqual([]);
  expect(await codeVersion()).toMatch(/^[0-9a-f]{64}$/);
});

test("a kept file that is no result is as good as none", async () => {
  await using folder = await temporaryFolder();
  const cache = openResultCache(folder.path, python, "code");
  const known = runResult();
  await cache.add(known.definition, release, known);
  const [key = ""] = await readdir(path.join(folder.path, "results"));
  const kept = path.join(folder.path, "results", key);
  await mkdir(path.join(kept, "0.json"));
  for (const [index, text] of ["null", "{}", "[]", "7", '{"verdict":"healthy"}', "{"].entries())
    await writeFile(path.join(kept, `1${index}.json`), text);
  expect((await cache.read(known.definition, release)).map(({ verdict, cached }) => ({ verdict, cached }))).toEqual([
    { verdict: known.verdict, cached: true },
  ]);
});
