import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { parsedScenario } from "../../test/scenario-fixture.ts";
import type { StepEvidence } from "../condition/evidence.ts";
import { judgeCondition } from "../condition/table.ts";
import type { KeyringRecord, LeakRecord, RequestRecord } from "../observation/model.ts";
import type { Condition, Quantified, RequestMatcher, Scenario } from "../scenario/model.ts";
import { programFile } from "../run/programs.ts";
import { judgeData } from "./judge-data.ts";

/* A condition as Python holds where our judge says so. Few values of each kind, so that conditions and records meet often. */

const folder = mkdtempSync(path.join(tmpdir(), "export-judge-"));
afterAll(() => rmSync(folder, { recursive: true }));

const list = <T>(...values: T[]): fc.Arbitrary<T[]> => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
const quantified: fc.Arbitrary<Quantified> = fc.oneof(
  fc.constantFrom<Quantified>({ quantifier: "any" }, { quantifier: "none" }, { quantifier: "every" }),
  fc
    .tuple(fc.nat({ max: 2 }), fc.constantFrom(0, 1, Infinity))
    .map(([min, more]): Quantified => ({ quantifier: "count", count: { min, max: min + more } })),
);
/** One key or two: more are seldom met by any record. */
const some = <T extends object>(keys: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.tuple(fc.record(keys), fc.subarray(Object.keys(keys), { maxLength: 2 })).map(([all, kept]) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some of its own entries
    return Object.fromEntries(Object.entries(all).filter(([key]) => kept.includes(key))) as Partial<T>;
  });

const requestMatch = some<RequestMatcher>({
  index: list("private", "other", "default"),
  method: list("GET", "HEAD"),
  url: list("/simple/x/", "*/x/", "https://*", "*[x]*", "\\"),
  host: list("a.example", "A.example:8080", "b.example"),
  range: fc.boolean(),
  status: list(0, 200, 401),
  user: list("alice", "bob"),
  authorization: list("none" as const, "good" as const, "user-only" as const),
  header: fc.constantFrom<RequestMatcher["header"]>({ "user-agent": ["uv/*"] }, { accept: ["*/*", "x"], "user-agent": ["uv/1"] }),
});
const keyringMatch = some({
  from: list("venv" as const, "tool" as const, "other" as const),
  operation: list("get", "set"),
  service: list("https://a.example/", "https://*", "a.example"),
  user: list("alice", ""),
  args: list("--mode", "https://*", "alice"),
  raised: list("nothing", "NoKeyringError", "keyring.errors.NoKeyringError"),
  finished: fc.boolean(),
  exit: list(0, 1),
});
const fileMatch = fc
  .tuple(list("a.txt", "b.txt"), some({ exists: fc.boolean(), contains: list("x", 'y"\n', "x z"), lacks: list("x", "z") }))
  .map(([path, more]) => ({ path, ...more }));
const lockMatch = some({
  package: list("acme", "dep"),
  version: list("1.0", "2.0"),
  source: list("registry+https://a.example/simple", "git+*", "virtual+."),
  url: list("https://a.example/", "*.whl", "dist/"),
  requires: list("acme", "dep"),
});
const leakMatch = some({ where: list("stdout", "a.txt", "*.txt"), secret: list("private", "private.alice", "other.bob", "nobody") });
const textMatch = some({ contains: list("x", "x  y"), lacks: list("z", "x"), matches: fc.constantFrom("^x", "y$", "\\bx\\b", 'a"b') });

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .oneof(fc.constantFrom("any" as const, "nonzero" as const), list(0, 1, 2))
    .map((exit): Condition => ({ path: "p", kind: "exit", exit })),
  fc.tuple(fc.constantFrom("stdout" as const, "stderr" as const), textMatch).map(([kind, text]): Condition => ({ path: "p", kind, text })),
  fc
    .tuple(fc.constantFrom("request" as const, "final" as const), requestMatch, quantified)
    .map(([kind, match, how]): Condition => ({ path: "p", kind, match, ...how })),
  fc.tuple(keyringMatch, quantified).map(([match, how]): Condition => ({ path: "p", kind: "keyring", match, ...how })),
  fc.tuple(fileMatch, quantified).map(([match, how]): Condition => ({ path: "p", kind: "file", match, ...how })),
  fc.tuple(lockMatch, quantified).map(([match, how]): Condition => ({ path: "p", kind: "lock", match, ...how })),
  fc.tuple(leakMatch, quantified).map(([match, how]): Condition => ({ path: "p", kind: "leak", match, ...how })),
);

const request: fc.Arbitrary<RequestRecord> = fc.record({
  step: fc.constant(0),
  index: fc.constantFrom("private", "other", null),
  method: fc.constantFrom("GET", "HEAD"),
  url: fc.constantFrom("https://a.example/simple/x/", "http://a.example:8080/y/", "https://b.example/[?]/", "https://b.example/\\"),
  status: fc.constantFrom(0, 200, 401),
  final: fc.boolean(),
  user: fc.constantFrom("alice", "bob", null),
  authorization: fc.constantFrom("none" as const, "good" as const, "user-only" as const),
  secret: fc.constant(null),
  httpVersion: fc.constant("1.1"),
  range: fc.constantFrom(null, "bytes=0-1"),
  location: fc.constant(null),
  headers: fc.record({ "user-agent": fc.constantFrom("uv/1", "pip", null), accept: fc.constantFrom("*/*", "x", null) }),
  at: fc.constant(0),
});
/** An operation, a service and a user, as the script's judge reads them from the arguments. */
const call = fc
  .record({
    from: fc.constantFrom("venv" as const, "tool" as const, "other" as const),
    words: fc.tuple(fc.constantFrom("get", "set"), fc.constantFrom("https://a.example/", "a.example"), fc.constantFrom("alice", "bob")),
    raised: fc.constantFrom(null, "NoKeyringError"),
    exit: fc.constantFrom(0, 1, null),
    finished: fc.boolean(),
  })
  .map(({ words, ...more }): KeyringRecord & { operation: string; service: string; user: string } => ({
    ...more,
    step: 0,
    argv: [...words, "--mode", "creds"],
    prefix: "",
    at: 0,
    durationMs: null,
    operation: words[0],
    service: words[1],
    user: words[2],
  }));
const leak: fc.Arbitrary<LeakRecord> = fc.record({
  step: fc.constant(0),
  where: fc.constantFrom("stdout", "a.txt", "b.txt"),
  secret: fc.constantFrom("private.alice", "private.alice (stale)", "other.bob"),
  form: fc.constant("plain" as const),
});
const text = fc.constantFrom("x", "x\n  y", "z y", 'a"b', "");
const lockEntry = fc
  .record({
    name: fc.constantFrom('name = "acme"', 'name = "dep"', "name = 1", ""),
    version: fc.constantFrom('version = "1.0"', 'version = "2.0"', ""),
    source: fc.constantFrom(
      'source = { registry = "https://a.example/simple" }',
      'source = "git+https://b.example"',
      "source = { virtual = true }",
      "",
    ),
    files: fc.constantFrom('wheels = [{ url = "https://a.example/acme.whl" }, { path = "dist/dep.whl" }]', 'sdist = { url = "" }', ""),
    dependencies: fc.constantFrom('dependencies = [{ name = "dep" }, { name = 1 }, "x"]', 'dependencies = { name = "acme" }', ""),
  })
  .map((lines) => Object.values(lines).join("\n"));
const lock = fc.oneof(
  fc.constantFrom(null, "", "package = 1", "no TOML"),
  fc
    .tuple(fc.constantFrom("package", "distribution"), fc.array(lockEntry, { maxLength: 3 }))
    .map(([table, entries]) => entries.map((entry) => `[[${table}]]\n${entry}\n`).join("")),
);
const content = fc.constantFrom(null, "", "x", 'xy"\nz', "x\n  z");

const cases = fc.record({
  condition,
  exit: fc.constantFrom(0, 1, 2),
  stdout: text,
  stderr: text,
  requests: fc.array(request, { maxLength: 4 }),
  keyring: fc.array(call, { maxLength: 3 }),
  files: fc.record({ "a.txt": content, "b.txt": content, "uv.lock": lock }),
  leaks: fc.array(leak, { maxLength: 3 }),
});

const PYTHON = `
import json, os, sys
sys.path.insert(0, ${JSON.stringify(programFile("export"))})
import judge
for seen in json.load(sys.stdin):
    step = json.loads(seen["judge"])["steps"][0]
    judge.read = lambda name: {"1.exit": str(seen["exit"]), "1.stdout": seen["stdout"], "1.stderr": seen["stderr"]}[name]
    judge.seen_requests = lambda step: [dict(r, **{"header." + name: value for name, value in r["headers"].items()}, index=r["index"] or "default", httpVersion="1.1") for r in seen["requests"]]
    judge.calls = lambda step: seen["keyring"]
    judge.seen_file = lambda path: dict(path=path, exists=seen["files"][path] is not None, text=seen["files"][path] and judge.plain(seen["files"][path]))
    os.makedirs(judge.WORK + "/project", exist_ok=True)
    lock = judge.WORK + "/project/uv.lock"
    if seen["files"]["uv.lock"] is not None:
        open(lock, "w").write(seen["files"]["uv.lock"])
    elif os.path.exists(lock):
        os.remove(lock)
    condition = step["conditions"][0][2]
    print(json.dumps(judge.decide(condition, judge.records(condition, 1, seen["leaks"]))))
`;

const base = parsedScenario('schema = 1\ntitle = "t"\n[[step]]\nrun = "uv sync"\nreproduced = { exit = 1 }\nhealthy = { exit = 0 }\n');

function scenarioWith(only: Condition): Scenario {
  return { ...base, steps: base.steps.map((step) => ({ ...step, reproduced: [only], healthy: [] })) };
}

test("a condition as Python holds where our judge says so", () => {
  fc.assert(
    fc.property(fc.array(cases, { minLength: 400, maxLength: 400 }), (drawn) => {
      const input = drawn.map(({ condition: only, ...seen }) => ({
        ...seen,
        judge: JSON.stringify(judgeData(scenarioWith(only), { keyring: true, secrets: null })),
      }));
      writeFileSync(path.join(folder, "judge.json"), input[0]?.judge ?? "");
      const { stdout, stderr } = spawnSync("python3", ["-B", "-c", PYTHON], {
        input: JSON.stringify(input),
        encoding: "utf8",
        env: { ...process.env, WORK: folder },
      });
      expect(stderr).toBe("");
      const theirs = stdout
        .trim()
        .split("\n")
        .map((line) => line === "true");
      const ours = drawn.map(({ condition: only, exit, stdout: out, stderr: errors, files, ...seen }) => {
        const evidence: StepEvidence = {
          ...seen,
          files: Object.entries(files).map(([name, content]) => ({ step: 0, path: name, content })),
          step: { argv: [], exit, signal: null, timedOut: false, durationMs: 0, stdout: out, stderr: errors, startedAt: 0 },
        };
        return judgeCondition(only, evidence).holds;
      });
      const wrong = drawn.flatMap((each, at) => (ours[at] === theirs[at] ? [] : [{ ...each, ours: ours[at], python: input[at]?.judge }]));
      expect(wrong.slice(0, 2)).toEqual([]);
    }),
    { numRuns: 5, endOnFailure: true },
  );
});
