import { expect, test } from "vitest";
import type { Condition } from "../scenario/model.ts";
import { exitWords } from "./exit.ts";
import { conditionWords } from "./table.ts";

type Pathless<Kind> = Kind extends unknown ? Omit<Kind, "path"> : never;

const words = (...conditions: Pathless<Condition>[]): string =>
  `\n${conditions.map((condition) => conditionWords({ ...condition, path: "step[0].healthy" })).join("\n")}\n`;

test("exit", () => {
  expect(["any" as const, "nonzero" as const, [0], [1, 2]].map((exit) => exitWords(exit))).toMatchInlineSnapshot(`
    [
      "exits with any status",
      "fails (exits with anything but 0)",
      "exits with 0",
      "exits with 1 or 2",
    ]
  `);
});

test("stdout and stderr", () => {
  expect(
    words(
      { kind: "stderr", text: { contains: ["401 Unauthorized", "403"] } },
      { kind: "stdout", text: { contains: ["a"], lacks: ["b", "c"], matches: "^d" } },
    ),
  ).toMatchInlineSnapshot(`
    "
    stderr contains “401 Unauthorized” or “403”
    stdout contains “a” and lacks “b” and “c” and matches the pattern “^d”
    "
  `);
});

test("requests, by every quantifier", () => {
  const match = { index: ["private"], status: [401, 403] };
  const count = (min: number, max: number): Condition => ({ path: "", kind: "request", quantifier: "count", count: { min, max }, match });
  expect(
    words(
      { kind: "final", quantifier: "any", match },
      { kind: "final", quantifier: "none", match },
      { kind: "final", quantifier: "every", match },
      { kind: "request", quantifier: "every", match: { index: ["private"] } },
      { kind: "request", quantifier: "any", match: {} },
      count(1, 1),
      count(2, 2),
      count(2, Number.MAX_SAFE_INTEGER),
      count(0, 3),
      count(2, 4),
      { kind: "request", quantifier: "count", count: { min: 2, max: 2 }, match: { user: ["a"], authorization: ["none", "stale"] } },
      {
        kind: "request",
        quantifier: "any",
        match: { method: ["GET", "HEAD"], host: ["a.example.com"], url: ["*/simple/*"], range: true, status: [0], httpVersion: ["2.0"] },
      },
      {
        kind: "request",
        quantifier: "count",
        count: { min: 2, max: 2 },
        match: { header: { "user-agent": ["uv/*"], accept: ["text/html", "*/*"] } },
      },
    ),
  ).toMatchInlineSnapshot(`
    "
    at least one final request to “private” is answered 401 or 403
    no final request to “private” is answered 401 or 403
    every final request to “private” is answered 401 or 403, and there is at least one
    there is at least one request to “private”
    there is at least one request
    exactly 1 request to “private” is answered 401 or 403
    exactly 2 requests to “private” are answered 401 or 403
    at least 2 requests to “private” are answered 401 or 403
    at most 3 requests to “private” are answered 401 or 403
    2 to 4 requests to “private” are answered 401 or 403
    exactly 2 requests carry no credentials or stale credentials and name the user “a”
    at least one request with the method “GET” or “HEAD” at the host “a.example.com” whose URL matches “*/simple/*” for a range is answered not at all and uses HTTP “2.0”
    exactly 2 requests have the header “user-agent” “uv/*” and have the header “accept” “text/html” or “*/*”
    "
  `);
});

test("keyring calls", () => {
  expect(
    words(
      { kind: "keyring", quantifier: "any", match: { from: ["venv"], raised: ["NoKeyringError"] } },
      {
        kind: "keyring",
        quantifier: "every",
        match: { from: ["tool", "other"], operation: ["get"], service: ["a.example.com"], raised: ["nothing"] },
      },
      {
        kind: "keyring",
        quantifier: "count",
        count: { min: 2, max: 2 },
        match: { finished: true, exit: [0], user: ["u"], args: ["--mode"] },
      },
      { kind: "keyring", quantifier: "none", match: {} },
      { kind: "keyring", quantifier: "any", match: { finished: false } },
    ),
  ).toMatchInlineSnapshot(`
    "
    at least one keyring call comes from the venv's keyring and raises “NoKeyringError”
    every keyring call to “get” for the service “a.example.com” comes from the keyring tool or another keyring and raises nothing, and there is at least one
    exactly 2 keyring calls ask for the user “u” and have the argument “--mode” and finish and exit with 0
    there is no keyring call
    at least one keyring call is killed or still hanging when the step ends
    "
  `);
});

test("files and leaks", () => {
  expect(
    words(
      { kind: "file", quantifier: "every", match: { path: ["uv.lock"], exists: true, contains: ["transitive"] } },
      { kind: "file", quantifier: "any", match: { path: ["a", "b"], exists: false } },
      { kind: "file", quantifier: "count", count: { min: 2, max: 2 }, match: { path: ["a", "b"], contains: ["x"], lacks: ["y"] } },
      { kind: "leak", quantifier: "none", match: {} },
      { kind: "leak", quantifier: "every", match: { where: ["stderr"], secret: ["private.u"] } },
      { kind: "leak", quantifier: "any", match: { where: ["stderr", "uv.lock"], secret: ["private.u"] } },
    ),
  ).toMatchInlineSnapshot(`
    "
    “uv.lock” exists and contains “transitive”
    at least one file among “a” or “b” is absent
    exactly 2 files among “a” or “b” contain “x” and lack “y”
    no secret is written in the clear
    every leak is of “private.u” and is in “stderr”, and there is at least one
    at least one secret “private.u” is written in the clear to “stderr” or “uv.lock”
    "
  `);
});

test("values are quoted as the caller wishes, and long lists are counted", () => {
  const condition: Condition = { path: "", kind: "stdout", text: { contains: Array.from({ length: 20 }, (_, index) => `v${index}`) } };
  expect(conditionWords(condition, (value) => `<${value}>`)).toMatchInlineSnapshot(
    `"stdout contains <v0>, <v1>, <v2>, <v3>, <v4>, <v5>, <v6>, <v7>, <v8>, <v9>, <v10>, <v11> or one of 8 more"`,
  );
});
