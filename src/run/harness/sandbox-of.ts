import type { FoundSandbox, SandboxChoice } from "../../sandbox/model.ts";

import type { Scenario } from "../../scenario/model.ts";
import { ownNetwork } from "../../scenario/own-network.ts";
import type { Harness } from "./harness.ts";

/** The sandbox of a scenario's runs: where nobody says which, one that shows only in a network of its own takes what works here. */
export function sandboxOf(harness: Harness, scenario: Scenario, choice?: SandboxChoice): Promise<FoundSandbox> {
  return harness.sandbox(choice, ownNetwork(scenario) === null ? "none" : "auto");
}
