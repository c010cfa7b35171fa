import { expect, it } from "vitest";
import { CHAIN, uvLogOf } from "../../test/uv-log-fixture.ts";
import type { Chain, UvLog } from "./uv-log/model.ts";
import { sentenceOf } from "./sentence.ts";
import { placeNames } from "./infer/places.ts";

it.each([
  [{}, {}, "`uv sync` ends with 1: index 1 answers 403 for a page to credentials from netrc."],
  [{}, { ended: "missing", sent: null }, "`uv sync` ends with 1: uv finds no credentials for index 1, and asks for no page."],
  [
    {},
    { ended: 401, sent: "none", redirects: ["https://b.test/simple/one/"] },
    "`uv sync` ends with 1: index 2, to which index 1 redirects, answers 401 for a page to a request without credentials.",
  ],
  [{}, { ended: 200 }, "`uv sync` ends with 1, though no index refuses anything."],
  [{ chains: [] }, {}, "`uv sync` ends with 1, and no index was asked."],
  [
    { failure: { kind: "certificate", what: "UnknownIssuer" } },
    {},
    "`uv sync` ends with 1: uv gets no answer (certificate: UnknownIssuer).",
  ],
] satisfies [Partial<UvLog>, Partial<Chain>, string][])("what went wrong is one sentence without a name: %j %j", (log, chain, sentence) => {
  const placeOf = placeNames(["https://a.test/simple", "https://b.test/simple"]);
  const whole = { ...uvLogOf({ ...CHAIN, ...chain }), ...log };
  expect(sentenceOf({ command: "uv sync", exit: 1, log: whole, placeOf })).toBe(sentence);
});
