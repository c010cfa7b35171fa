import { describe, expect, it } from "vitest";
import { CHAIN, uvLogOf } from "../../test/uv-log-fixture.ts";
import type { Chain, UvLog } from "./uv-log/model.ts";
import { agreed, differences, isHealthy, symptomOf, unlike, type Symptom } from "./symptom.ts";
import { placeNames } from "./infer/places.ts";

function symptom(chains: readonly Chain[], exit = 1, rest: Partial<UvLog> = {}): Symptom {
  const log: UvLog = { ...uvLogOf(...chains), ...rest };
  return symptomOf({
    exit,
    log,
    keyring: [],
    placeOf: placeNames(["https://a.test/simple", "https://b.test/simple"]),
    plain: (text) => text,
  });
}

describe("a symptom", () => {
  it("is the same whatever the order, the number and the names of packages", () => {
    const two = { ...CHAIN, url: "https://a.test/simple/two/", asked: [], source: null };
    expect(differences(symptom([CHAIN, two]), symptom([two, CHAIN, CHAIN]))).toEqual([]);
  });

  it.each([
    ["another status", { ended: 401 }],
    ["a page that is a file", { url: "https://a.test/simple/one-1.0-py3-none-any.whl" }],
    ["another index", { url: "https://b.test/simple/one/" }],
    ["what was sent", { sent: "user" }],
    ["a source that had none", { asked: [{ source: "netrc", found: false }] }],
    ["a source that was asked besides", { asked: [...CHAIN.asked, { source: "store", found: false }] }],
    ["another policy", { policy: "always" }],
    ["what the request brought", { brought: "user" }],
    ["a redirect to another index", { redirects: ["https://b.test/simple/one/"] }],
    ["a redirect within the index", { redirects: ["https://a.test/simple/One/"] }],
    ["uv that had nothing to send", { ended: "missing" }],
  ] satisfies [string, Partial<Chain>][])("is another with %s", (_, change) => {
    expect(differences(symptom([CHAIN]), symptom([{ ...CHAIN, ...change }]))).not.toEqual([]);
  });

  it("is another with another exit, another failure to connect, or other last words where nothing was asked", () => {
    expect(differences(symptom([CHAIN]), symptom([CHAIN], 2))).toEqual(["exit 1, here 2"]);
    const failing = (what: string): Symptom => symptom([], 2, { failure: { kind: "certificate", what } });
    expect(differences(failing("UnknownIssuer"), failing("Expired"))).toHaveLength(2);
    expect(differences(symptom([], 2, { message: "no lock file" }), symptom([], 2, { message: "no project" }))).toHaveLength(2);
  });

  it("is another where the same refusal leads to another end", () => {
    const ended = (message: string): Symptom => symptom([CHAIN], 1, { message });
    const missing = "error: No solution found cause: Because one was not found in the package registry";
    expect(differences(ended(missing), ended(`${missing} hint: see \`https://a.test/\``))).toEqual([]);
    expect(differences(ended(missing), ended("error: No solution found cause: Because one>=2 conflicts with two"))).toHaveLength(2);
    expect(
      differences(symptom([], 1, { message: "error: Failed to build `x`" }), symptom([], 1, { message: "error: No lock file" })),
    ).toHaveLength(2);
  });

  it("is another with other keyring calls: whose, and how each ended", () => {
    const log = uvLogOf(CHAIN);
    const call = { from: "venv", argv: ["get", "https://a.test", "jane"], raised: "NoKeyringError", exit: 1, finished: true } as const;
    const calling = (change: object): Symptom =>
      symptomOf({ exit: 1, log, keyring: [{ ...call, ...change }], placeOf: () => "index 1", plain: (text) => text });
    expect(differences(calling({}), calling({ argv: ["get", "a.test", "jane"] }))).toEqual([]);
    for (const change of [{ from: "tool" }, { raised: null }, { raised: null, exit: 0 }, { finished: false }])
      expect(differences(calling({}), calling(change))).toHaveLength(2);
  });

  it("is refused where no connection came about", () => {
    const failure = { kind: "certificate", what: "UnknownIssuer" } as const;
    expect([symptom([], 2, { failure }).refused, symptom([], 0, { failure }).refused]).toEqual([true, false]);
  });

  it("is none where all was answered; exit 0 beside a refusal is no health", () => {
    expect(isHealthy(symptom([{ ...CHAIN, ended: 200 }], 0))).toBe(true);
    expect(isHealthy(symptom([CHAIN], 0))).toBe(false);
    expect(isHealthy(symptom([], 1))).toBe(false);
  });

  it("tells accepted credentials from refused ones by what else they opened", () => {
    const opened = { ...CHAIN, url: "https://a.test/simple/two/", ended: 200 } as const;
    expect([...symptom([opened, CHAIN]).facts][0]).toContain("sent accepted credentials");
    expect([...symptom([CHAIN]).facts][0]).toContain("sent refused credentials");
  });

  it("is like nothing where its own runs agree in nothing, or do not end alike", () => {
    const of = (...runs: Symptom[]): ReturnType<typeof agreed> => agreed(runs);
    expect(unlike(of(symptom([CHAIN]), symptom([CHAIN])), of(symptom([CHAIN]), symptom([CHAIN])))).toEqual([]);
    expect(unlike(of(symptom([], 2)), of(symptom([], 2)))).toEqual(["the original's own runs agree in nothing"]);
    const wavering = of(symptom([CHAIN], 1), symptom([CHAIN], 2));
    expect(unlike(wavering, of(symptom([CHAIN], 1)))).toContain("the original's own runs do not end alike");
    const varied = of(symptom([CHAIN]), symptom([{ ...CHAIN, asked: [] }]));
    expect(unlike(varied, of(symptom([CHAIN])))).toEqual([]);
    expect(unlike(of(symptom([CHAIN])), varied)).toContain("varies here alone: way to pages of index 1: netrc had credentials");
  });

  it.each([
    ["certificate expired: verification time 17 (UNIX), but not valid after 16 (1 seconds ago)", "certificate expired"],
    ['certificate not valid for name "a.test"; certificate is only valid for DnsName("b.test")', "certificate not valid for name"],
    ["Failed to unzip wheel: one_two-1.4.0-py3-none-any.whl Caused by: x", "Failed to unzip wheel: FILE Caused by: x"],
  ])("has last words without a certificate's names and times, and without a file's name: %s", (told, words) => {
    expect([...symptom([CHAIN], 1, { message: `error: ${told}` }).facts]).toContain(`last words: error: ${words}`);
  });

  it("has last words whatever the last part of an address is", () => {
    const odd = { ...CHAIN, url: "https://a.test/simple/(one+/" };
    expect([...symptom([odd], 1, { message: "error: (one+ is not there" }).facts]).toContain("last words: error: PACKAGE is not there");
  });

  it("says what varies from run to run, and holds the rest", () => {
    const other = { ...CHAIN, asked: [] };
    const { symptom: common, unstable } = agreed([symptom([CHAIN]), symptom([other]), symptom([CHAIN])]);
    expect(unstable).toEqual(["way to pages of index 1: netrc had credentials"]);
    expect([...common.facts].map((fact) => fact.split(":")[0])).toEqual(["refused", "way to pages of index 1", "last words"]);
  });
});
