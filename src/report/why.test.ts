import { describe, expect, test } from "vitest";
import { keyringCall, observation, request, runResult, step, unresolvedResult } from "../../test/report-fixture.ts";
import type { Observation } from "../observation/model.ts";
import { whyWords } from "./why.ts";

const why = (requests: Observation["requests"], over: Partial<Observation> = {}): string | null =>
  whyWords(runResult({ observation: observation({ steps: [step(), step()], requests, ...over }) }), (value) => value);
const refused = request({ step: 1, status: 401, final: true, authorization: "user-only", secret: null });

describe("why, as the journal proves it", () => {
  test.each([
    ["none", null, "went out without credentials"],
    ["user-only", "oauth2", "went out as oauth2 with an empty password"],
    ["stale", "oauth2", "went out with credentials that are refused as oauth2"],
    ["unknown", "oauth2", "went out with a password that the index does not know as oauth2"],
    ["bearer", null, "went out with a bearer token"],
  ] as const)("a request with credentials %s", (authorization, user, words) => {
    expect(why([{ ...refused, authorization, user }])).toContain(words);
  });

  test("good credentials that were never sent in the step are named, those that were sent are not", () => {
    const unused = "the good credentials (private.VssSessionToken) were not sent in this step";
    expect(why([refused])).toContain(unused);
    expect(why([request({ step: 1, url: "https://feeds.example.com/other" }), refused])).not.toContain(unused);
    // In an earlier step they say nothing of this one.
    expect(why([request({ step: 0 }), refused])).toContain(unused);
  });

  test("a healthy run names the request that was answered", () => {
    const run = runResult({ verdict: "healthy", observation: observation({ steps: [step(), step()], requests: [request({ step: 1 })] }) });
    expect(whyWords(run, (value) => value)).toBe(
      "Step 2: GET /acme/_packaging/main/pypi/simple/transitive/ went out with good credentials as VssSessionToken and got 200.",
    );
  });

  test("a keyring that raised and a leak are told", () => {
    expect(why([], { keyring: [keyringCall({ step: 1, from: "tool", raised: "KeyError" })] })).toBe(
      "Step 2: the keyring tool was asked and raised KeyError.",
    );
    expect(why([], { leaks: [{ step: 1, where: "uv.lock", secret: "private.me", form: "plain" }] })).toBe(
      "Step 2: the secret private.me was written in the clear to uv.lock.",
    );
  });

  test("nothing is said where the journal proves nothing, and of a run without a verdict", () => {
    expect(why([])).toBeNull();
    expect(why([request({ step: 0, status: 401 })])).toBeNull();
    expect(whyWords(unresolvedResult(), (value) => value)).toBeNull();
  });
});
