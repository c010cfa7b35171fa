// Runs dependency-cruiser and asserts that it saw the code: with a compiler it does not know it finds nothing and passes.
import { cruise } from "dependency-cruiser";
import extractDepcruiseOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";

const options = await extractDepcruiseOptions("./.dependency-cruiser.cjs");
const { output } = await cruise(["src"], options, undefined, { tsConfig: extractTSConfig("./tsconfig.json") });
if (typeof output === "string") throw new Error("dependency-cruiser printed text where an object was expected");
const { summary, modules } = output;
for (const violation of summary.violations) {
  console.error(`${violation.rule.severity} ${violation.rule.name}: ${violation.from} → ${violation.to}`);
}
const own = modules.filter((module) => module.source.startsWith("src/")).length;
if (own < 40) {
  console.error(`only ${own} modules under src/ were read: the check did not see the code`);
  process.exit(1);
}
if (summary.error > 0) process.exit(1);
console.log(`layers hold: ${own} modules, ${summary.totalDependenciesCruised} dependencies`);
