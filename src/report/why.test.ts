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
    ["stale", "oauth2", "went out as oauth2 with credentials that the index refuses"],
    ["unknown", "oauth2", "went out as oauth2 with a password that the index does not know"],
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

  test("credentials that have run out by then are not called good", () => {
    const { definition, ...run } = runResult({ observation: observation({ steps: [step(), step()], requests: [refused] }) });
    const set = (state: "expired" | "good") => ({ kind: "user-state", index: "private", user: "VssSessionToken", state }) as const;
    const whyWith = (...states: ("expired" | "good")[]) => {
      const steps = definition.steps.map((each, at) => ({ ...each, set: states[at] === undefined ? [] : [set(states[at])] }));
      return whyWords({ ...run, definition: { ...definition, steps } }, (value) => value);
    };
    expect(whyWith("expired")).not.toContain("were not sent");
    expect(whyWith("expired", "good")).toContain("were not sent");
    expect(whyWith("good", "expired")).not.toContain("were not sent");
  });

  test("of two steps that show the bug, the one that failed is told", () => {
    const { definition } = runResult();
    const steps = definition.steps.map((each) => ({ ...each, reproduced: definition.steps[1]!.reproduced }));
    const seen = observation({ steps: [step({ exit: 2 }), step()], requests: [{ ...refused, step: 0 }, request({ step: 1 })] });
    expect(whyWords(runResult({ definition: { ...definition, steps }, observation: seen }), (value) => value)).toMatch(/^Step 1: /u);
  });

  test("a healthy run names the request that was answered", () => {
    const run = runResult({ verdict: "healthy", observation: observation({ steps: [step(), step()], requests: [request({ step: 1 })] }) });
    expect(whyWords(run, (value) => value)).toBe(
      "Step 2: GET /acme/_packaging/main/pypi/simple/transitive/ went out as VssSessionToken with good credentials and got 200.",
    );
  });

  test("a keyring that raised and a leak are told", () => {
    expect(why([], { keyring: [keyringCall({ step: 1, from: "tool", raised: "KeyError" })] })).toBe(
      "Step 2: the keyring tool was asked and raised KeyError.",
    );
    expect(why([], { keyring: [keyringCall({ step: 1, from: "venv", exit: 1 })] })).toBe(
      "Step 2: the keyring in the virtual environment was asked and had no answer (exit status 1).",
    );
    expect(why([], { keyring: [keyringCall({ step: 1, exit: null, finished: false })] })).toBe(
      "Step 2: the keyring tool was asked and had not answered when the step ended.",
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
