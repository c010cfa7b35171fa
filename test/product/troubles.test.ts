import { expect, it } from "vitest";
import { loadScenarios } from "../../src/index.ts";
import { FLAVOURS } from "../../src/scenario/model.ts";
import { chosenBreakages, everyBreakage } from "./breakage.ts";
import { chosenReleases } from "./shipped.ts";
import { featuresOf, isSource, withEveryKind } from "./features.ts";
import { TROUBLES, TROUBLE_CLASSES, chosenTroubles, everyTrouble } from "./troubles.ts";

const scenarios = await loadScenarios(["scenarios"]);
const chosen = chosenTroubles(scenarios);
const broken = chosenBreakages(scenarios);

it("each trouble meets every credential source, each class of them every flavour and command, each breakage all of these", () => {
  const pairs = (all: readonly { covers: readonly string[] }[]): string[] => [...new Set(all.flatMap(({ covers }) => covers))].sort();
  expect(pairs(chosen)).toEqual(pairs(everyTrouble(scenarios)));
  expect(pairs(broken)).toEqual(pairs(everyBreakage(scenarios)));
});

it("these pairs nobody meets, for no shipped scenario has them", () => {
  const met = new Set(chosen.flatMap(({ covers }) => covers));
  const features = new Set([...FLAVOURS.map((flavour) => `flavour ${flavour}`), ...scenarios.flatMap(featuresOf)]);
  const missed = [...features].flatMap((feature) => {
    const troubles = isSource(feature) ? Object.keys(TROUBLES) : TROUBLE_CLASSES;
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

it("a choice of the runs is a small part of them, and of the scripts a fifth", () => {
  expect(chosen.length).toBeLessThan(everyTrouble(scenarios).length / 20);
  expect(broken.length).toBeLessThan(everyBreakage(scenarios).length / 10);
  const scripts = withEveryKind(scenarios).length;
  expect([scripts > 15, scripts < scenarios.length / 5]).toEqual([true, true]);
});

it("older releases meet every feature that a scenario has, and the scenarios of many claims", () => {
  const older = chosenReleases(scenarios);
  const met = new Set(older.flatMap(({ covers }) => covers));
  const everywhere = scenarios.filter(({ scenario }) => scenario.supported === null);
  const wanted = everywhere.flatMap(featuresOf).flatMap((feature) => ["oldest", "between"].map((uv) => `${uv} × ${feature}`));
  expect(wanted.filter((each) => !met.has(each))).toEqual([]);
  expect(older.filter(({ name }) => name.includes("/credentials-after-redirect."))).toHaveLength(3);
  const changed = scenarios.filter(({ scenario }) => scenario.claims.length > 1);
  expect(changed.filter((loaded) => !older.some((each) => each.loaded === loaded && each.uv === "oldest"))).toEqual([]);
  expect(older.length).toBeLessThan(scenarios.length / 3);
});
