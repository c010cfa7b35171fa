import { expect, it } from "vitest";
import { scenarioTests } from "../../dist/vitest.js";
import { type LoadedScenario, loadScenarios } from "../../src/index.ts";
import { satisfies } from "../../src/scenario/version.ts";
import { namespacesWanted, needsSandbox } from "../sandbox.ts";
import { chooseCover } from "./cover.ts";
import { WHOLE } from "./extent.ts";
import { featuresOf } from "./features.ts";
import { partOf } from "./part.ts";

/** Beside the newest, what `npm test` chooses from: the oldest that a scenario supports, and two between. */
const BEFORE = ["oldest", "0.9.5", "0.9.18"] as const;

/** Through the package's own front door: what people write in their tests is what is tested here. */
export async function testShipped(file: string): Promise<void> {
  const all = await loadScenarios(["scenarios"]);
  const chosen = chosenReleases(all);
  const files = new Map<string, string[]>();
  const mine = partOf(all, file);
  const apart = mine.filter(needsSandbox);
  it.for(apart.map((loaded) => loaded.file))("%s has the sandbox that it needs", (_, context) => {
    if (!namespacesWanted()) context.skip("this machine grants no namespaces, so it is not run");
    expect(namespacesWanted()).toBe(true);
  });
  for (const loaded of namespacesWanted() ? mine : mine.filter((each) => !apart.includes(each))) {
    const before = WHOLE ? BEFORE : BEFORE.filter((uv) => chosen.some((each) => each.loaded === loaded && each.uv === uv));
    const key = before.join(" ");
    files.set(key, [...(files.get(key) ?? []), loaded.file]);
  }
  for (const [before, names] of files) {
    await scenarioTests(names, { uv: [...before.split(" ").filter((uv) => uv !== ""), "latest"] });
  }
}

/**
 * The newest release is always run, and the oldest of a scenario that claims more than one verdict. The oldest
 * and one of the two between meet every feature that a scenario has, and all three what is claimed in three ranges or more.
 */
export function chosenReleases(
  scenarios: readonly LoadedScenario[],
): { name: string; covers: string[]; uv: string; loaded: LoadedScenario }[] {
  const candidates = scenarios.flatMap((loaded) => {
    const { supported, claims } = loaded.scenario;
    return BEFORE.filter((uv) => uv === "oldest" || supported === null || satisfies(uv, supported)).map((uv) => {
      const features = featuresOf(loaded).map((feature) => `${uv === "oldest" ? uv : "between"} × ${feature}`);
      return {
        name: `${loaded.file} with ${uv}`,
        covers: claims.length > 2 ? [...features, `${loaded.file} × ${uv}`] : features,
        uv,
        loaded,
      };
    });
  });
  const changed = candidates.filter(({ uv, loaded }) => uv === "oldest" && loaded.scenario.claims.length > 1);
  return chooseCover([...changed.map((each) => [each]), candidates]);
}
