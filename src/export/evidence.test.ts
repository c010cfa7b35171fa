import { expect, test } from "vitest";
import { keyringCall, request } from "../../test/report-fixture.ts";
import { evidenceDifference, evidenceLines, type ScriptStep } from "./evidence.ts";

const INDEX = "https://feeds.example.com/acme/simple";

function step(over: Partial<ScriptStep> = {}): ScriptStep {
  return { exit: "0", requests: [], keyring: [], ...over };
}

function calls(...services: string[]): ScriptStep {
  return step({ keyring: services.map((service) => keyringCall({ argv: ["get", service, "me"] })) });
}

function difference(script: ScriptStep, harness: ScriptStep): string[] {
  return evidenceDifference(evidenceLines([script]), evidenceLines([harness]));
}

test("what depends on which request was answered first makes no difference", () => {
  const [first, second] = [request({ url: `${INDEX}/a/` }), request({ url: `${INDEX}/b/` })];
  expect(difference(step({ requests: [first, second] }), step({ requests: [second, first] }))).toEqual([]);
  expect(difference(calls(`${INDEX}/a/`), calls(`${INDEX}/b/`))).toEqual([]);
});

test.each([
  ["the index and one of its pages", `${INDEX}/`, `${INDEX}/a/`],
  ["two indexes", `${INDEX}/a/`, "https://feeds.example.com/other/simple/a/"],
  ["a URL and a host", "https://feeds.example.com/", "feeds.example.com"],
  ["two hosts", "https://feeds.example.com/", "https://other.example.com/"],
])("keyring asked for other things is a difference: %s", (_, one, other) => {
  expect(difference(calls(one), calls(other))).toHaveLength(2);
});

test("a call more, another outcome and another exit status are differences", () => {
  expect(difference(calls(`${INDEX}/a/`, `${INDEX}/b/`), calls(`${INDEX}/a/`))).toHaveLength(1);
  expect(difference(step({ keyring: [keyringCall({ exit: 1 })] }), step({ keyring: [keyringCall({ exit: 0 })] }))).toHaveLength(2);
  expect(difference(step({ exit: "1" }), step())).toEqual(["only uv-mre: step 1: exit 0", "only the export: step 1: exit 1"]);
});
