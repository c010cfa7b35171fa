import { scenarioTests } from "../../dist/vitest.js";
import { loadScenarios } from "../../src/index.ts";
import { partOf } from "./part.ts";

/** Through the package's own front door: what people write in their tests is what is tested here. */
export async function testShipped(file: string): Promise<void> {
  const files = (await loadScenarios(["scenarios"])).map((loaded) => loaded.file);
  await scenarioTests(partOf(files, file), { uv: ["oldest", "0.9.5", "0.9.18", "latest"] });
}
