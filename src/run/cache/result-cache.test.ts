import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { parsedScenario } from "../../../test/scenario-fixture.ts";
import { runResult } from "../../../test/report-fixture.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import type { Reason, Verdict } from "../../observation/model.ts";
import { codeVersion } from "./code-version.ts";
import { openResultCache } from "./result-cache.ts";

const scenario = parsedScenario(`schema = 1
title = "t"
[[step]]
run = "uv --version"
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }
`);
const ran = async () => ({ code: "code", python: "/usr/bin/python3 3.13.1" });
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
  const cache = openResultCache(folder.path, ran);
  await cache.add(scenario, release, result(verdict, ...kinds));
  expect((await cache.read(scenario, release)).map((each) => [each.verdict, each.cached])).toEqual(kept ? [[verdict, true]] : []);
});

test("what is unresolved is forgotten after an hour, a verdict is not", async () => {
  await using folder = await temporaryFolder();
  const cache = openResultCache(folder.path, ran);
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

test("what ran otherwise has results of its own, and our code has a version", async () => {
  await using folder = await temporaryFolder();
  await openResultCache(folder.path, ran).add(scenario, release, result("healthy"));
  const other = openResultCache(folder.path, async () => ({ ...(await ran()), python: "/usr/bin/python3 3.13.2" }));
  expect(await other.read(scenario, release)).toEqual([]);
  expect(await openResultCache(folder.path, ran).read(scenario, { ...release, sha256: "01" })).toEqual([]);
  expect(await openResultCache(folder.path, ran).read(scenario, release)).toHaveLength(1);
  expect(await codeVersion()).toMatch(/^[0-9a-f]{64}$/);
});

test("a verdict of a run in trouble is not kept", async () => {
  await using folder = await temporaryFolder();
  const cache = openResultCache(folder.path, ran);
  const trouble = [{ kind: "workspace", step: null, detail: "" }] as const;
  await cache.add(scenario, release, { ...result("healthy"), observation: { ...result("healthy").observation, trouble } });
  expect(await cache.read(scenario, release)).toEqual([]);
});

test("a kept file that is damaged is as good as none", async () => {
  await using folder = await temporaryFolder();
  const cache = openResultCache(folder.path, ran);
  const known = runResult();
  await cache.add(known.definition, release, known);
  const [key = ""] = await readdir(path.join(folder.path, "results"));
  const kept = path.join(folder.path, "results", key);
  const [name = ""] = await readdir(kept);
  const text = await readFile(path.join(kept, name), "utf8");
  await mkdir(path.join(kept, "0.json"));
  const verdict = text.replace(`"verdict":"${known.verdict}"`, '"verdict":"unresolved"');
  for (const [index, damaged] of ["", "null", "{}", "{", text.slice(0, -9), verdict].entries())
    await writeFile(path.join(kept, `1${index}.json`), damaged);
  expect((await cache.read(known.definition, release)).map(({ verdict, cached }) => ({ verdict, cached }))).toEqual([
    { verdict: known.verdict, cached: true },
  ]);
});
