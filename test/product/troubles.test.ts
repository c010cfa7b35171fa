import { expect, it } from "vitest";
import { loadScenarios } from "../../src/index.ts";
import { FLAVOURS } from "../../src/scenario/model.ts";
import { BETWEEN, chosenReleases } from "./shipped.ts";
import { featuresOf, withEveryKey } from "./features.ts";
import { TROUBLES, chosenTroubles, everyTrouble } from "./troubles.ts";

const scenarios = await loadScenarios(["scenarios"]);
const chosen = chosenTroubles(scenarios);
const classOf = (trouble: string): string => Object.keys(TROUBLES).find((each) => trouble in (TROUBLES[each] ?? {})) ?? "";

it("each scenario meets a trouble of each class; without https there is no TLS to be in trouble", () => {
  const missing = scenarios.flatMap(({ file, scenario }) => {
    const met = new Set(chosen.filter((each) => each.file === file).map(({ trouble }) => classOf(trouble)));
    const plain = scenario.indexes.every(({ url }) => url.startsWith("http:"));
    return Object.keys(TROUBLES)
      .filter((each) => !met.has(each) && !(each === "tls" && plain))
      .map((each) => `${file}: ${each}`);
  });
  expect(missing).toEqual([]);
});

it("each trouble meets every flavour, credential source and command that a scenario has", () => {
  const pairs = (all: readonly { covers: readonly string[] }[]): string[] => [...new Set(all.flatMap(({ covers }) => covers))].sort();
  expect(pairs(chosen)).toEqual(pairs(everyTrouble(scenarios).flat()));
});

it("these pairs nobody meets, for no shipped scenario has them", () => {
  const met = new Set(chosen.flatMap(({ covers }) => covers));
  const features = new Set([...FLAVOURS.map((flavour) => `flavour ${flavour}`), ...scenarios.flatMap(featuresOf)]);
  const missed = [...features].flatMap((feature) => {
    const troubles = Object.values(TROUBLES).flatMap(Object.keys);
    const without = troubles.filter((trouble) => !met.has(`${trouble} × ${feature}`));
    return without.length === 0 ? [] : [`${feature}: ${without.length === troubles.length ? "every trouble" : without.join(", ")}`];
  });
  expect(missed).toMatchInlineSnapshot(`
    [
      "flavour pypiserver: every trouble",
      "flavour gitea: every trouble",
      "flavour cloudsmith: every trouble",
      "flavour pypicloud: every trouble",
    ]
  `);
});

it("a choice of the runs is a third of them, and of the scripts a third", () => {
  expect(chosen.length).toBeLessThan(everyTrouble(scenarios).flat().length / 3);
  const scripts = withEveryKey(scenarios).length;
  expect([scripts > 30, scripts < scenarios.length / 3]).toEqual([true, true]);
});

it("releases between the ends meet every feature that a scenario has, and the scenario of many claims", () => {
  const between = chosenReleases(scenarios);
  const met = new Set(between.flatMap(({ covers }) => covers));
  const everywhere = scenarios.filter(({ scenario }) => scenario.supported === null);
  const wanted = everywhere.flatMap(featuresOf).flatMap((feature) => BETWEEN.map((uv) => `${uv} × ${feature}`));
  expect(wanted.filter((each) => !met.has(each))).toEqual([]);
  expect(between.filter(({ name }) => name.includes("credentials-after-redirect"))).toHaveLength(2);
  expect(between.length).toBeLessThan(scenarios.length / 3);
});
