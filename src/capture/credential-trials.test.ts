import { expect, it } from "vitest";
import type { UvLog } from "./uv-log/model.ts";
import { createRenamer } from "./names/rename.ts";
import { outcomeOf, trialPlan, trialWords, triedFacts, withTried } from "./credential-trials.ts";
import type { Credential } from "./infer/credentials.ts";
import type { Material } from "./write/material.ts";

const URL_OF_INDEX = "https://pkgs.falcon.test/simple/";

function materialWith(credentials: readonly Partial<Credential>[]): Material {
  const place = { url: URL_OF_INDEX, settings: [], asked: true };
  const log: Pick<UvLog, "chains"> = { chains: [] };
  const known: Credential = { source: "netrc", user: "jane", secret: "secret-1", service: "pkgs.falcon.test", state: "never sent" };
  return {
    log,
    indexes: [{ name: "x", place }],
    credentials: credentials.map((each) => ({ ...known, ...each })),
    renamer: createRenamer({ names: ["jane", "bot"], urls: [URL_OF_INDEX], hosts: [], keep: [] }),
    tried: [],
  } as unknown as Material;
}

it("tries what was never sent at its own host, once, and says what it leaves", () => {
  const { trials, left } = trialPlan(
    materialWith([
      {},
      { source: "store", service: "https://pkgs.falcon.test", user: "bot", secret: "secret-2" },
      { source: "store", service: "https://pkgs.falcon.test", user: "jane" },
      { source: "store", service: "https://elsewhere.test", secret: "secret-3" },
      { service: "default", secret: "secret-4" },
      { user: null, secret: "secret-5" },
      { state: "refused", secret: "secret-6" },
      { secret: null },
    ]),
  );
  expect(trials.map(({ credential, url }) => [credential.user, credential.secret, url])).toEqual([
    ["jane", "secret-1", URL_OF_INDEX],
    ["bot", "secret-2", URL_OF_INDEX],
  ]);
  expect(left).toEqual([
    "uv's store for https://elsewhere.test, user jane: no index of that host was asked",
    "netrc for any host, user jane: it has no host of its own",
    "netrc for pkgs.falcon.test: no user name stands beside it",
    "netrc for pkgs.falcon.test, user jane: uv sent it, and it was refused",
  ]);
});

it("says before it sends what goes where, and what that may bring about", () => {
  const [trial] = trialPlan(materialWith([{}])).trials;
  expect(trial === undefined ? "" : trialWords(trial, ", through the proxy http://p.test")).toBe(
    "send the secret of user jane in netrc to pkgs.falcon.test (GET https://pkgs.falcon.test/simple/, through the proxy http://p.test); a refusal may count towards a lockout, or raise an alarm",
  );
});

it("takes an answer for what it tells: refused, accepted, or nothing", () => {
  expect([200, 204, 401, 403, 302, 404, 500].map(outcomeOf)).toEqual([
    "accepted",
    "accepted",
    "refused",
    "refused",
    "unknown",
    "unknown",
    "unknown",
  ]);
});

it("knows from then on who is refused, under the scenario's names", () => {
  const before = materialWith([{}, { user: "bot", secret: "secret-2" }]);
  const [jane, bot] = before.credentials;
  if (jane === undefined || bot === undefined) throw new Error("no credentials");
  const after = withTried(before, [
    { credential: jane, index: URL_OF_INDEX, status: 403, outcome: "refused" },
    { credential: bot, index: URL_OF_INDEX, status: 404, outcome: "unknown" },
  ]);
  expect(after.credentials.map(({ state }) => state)).toEqual(["refused", "never sent"]);
  const facts = triedFacts(after);
  expect(facts[0]).toMatch(/^tried: netrc, user \w+: refused by index 1 \(403\)$/);
  expect(facts[1]).toMatch(/^tried: netrc, user \w+: not told good from bad by index 1 \(404\)$/);
  expect(facts.join()).not.toMatch(/jane|bot/);
});
