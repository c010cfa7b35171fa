import { afterAll, expect, it } from "vitest";
import { exploreScenario, loadScenarios, openHarness, readVariations } from "../src/index.ts";
import { wholeOnly } from "../test/product/extent.ts";

const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());

// The report held nothing but the error message; single changes suffice to find what lay behind it.
it("finds the causes of the report's symptom unaided, each proven by a healthy run without it", { timeout: 300_000 }, async (context) => {
  wholeOnly(context);
  const [scenario] = await loadScenarios(["scenarios/explore-16402.toml"]);
  const variations = readVariations(scenario!);
  const [latest = ""] = await harness.select(["latest"]);
  const found = await exploreScenario(harness, variations, await harness.release(latest), { depth: 1, budget: 100, parallel: 2 });
  const causes = found.causes.map(({ factors, necessary }) => ({
    because: factors.map(({ axis, option }) => `${axis} = ${option}`).join(" and "),
    without: necessary.map(({ without, proven }) => `${without.verdict}, ${proven ? "proven" : "not proven"}`).join(", "),
  }));
  expect(causes).toMatchInlineSnapshot(`
    [
      {
        "because": "UV_INDEX = another project, user name alone",
        "without": "healthy, proven",
      },
      {
        "because": "UV_INDEX = another project, a token that GitLab does not know",
        "without": "healthy, proven",
      },
      {
        "because": "UV_INDEX = another project, a revoked token",
        "without": "healthy, proven",
      },
      {
        "because": "second index = in a workspace member, user name alone",
        "without": "healthy, proven",
      },
      {
        "because": "dependency by URL = user name alone",
        "without": "healthy, proven",
      },
      {
        "because": "dependency by URL = its own password",
        "without": "healthy, proven",
      },
      {
        "because": "dependency by URL = user name alone, in an extra that is not asked for",
        "without": "healthy, proven",
      },
      {
        "because": "dependency by URL = user name alone, among the sources",
        "without": "healthy, proven",
      },
    ]
  `);
  // The cause as a scenario of its own shows the symptom.
  expect(variations.of(found.causes[0]!.factors).text).toContain("oauth2@gitlab.example.com");
});
