import { expect, test } from "vitest";
import { observation, request, step } from "../../../test/report-fixture.ts";
import { conditionsFrom } from "./conditions.ts";

const page = request({ step: 0, index: "private", status: 200, final: true });
const refused = { ...page, status: 403, authorization: "good" as const };

test.each([
  [
    "uv's words for a failed resolution",
    "× No solution found when resolving dependencies:",
    [page],
    { stderr: "No solution found when resolving" },
  ],
  [
    "that the index answered, where nothing else tells",
    "error: something new",
    [page],
    { final: { any: { index: "private", status: [200, 206, 304] } } },
  ],
  [
    "a refusal, and not the words",
    "× No solution found when resolving",
    [page, refused],
    { final: { any: { index: "private", status: 403, authorization: "good" } } },
  ],
  ["the exit status alone, where nothing was asked", "error: something new", [], {}],
])("a failure is known by %s", (_, stderr, requests, known) => {
  const seen = observation({ steps: [step({ exit: 1, stderr })], requests, keyring: [] });
  expect(conditionsFrom(seen, 0).reproduced).toEqual({ exit: "nonzero", ...known });
});
