// Prints "N passed, N failed" from vitest's JSON report; a file that failed to load counts as one failed test.
import { existsSync, readFileSync } from "node:fs";

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { name: string; status: string; message: string; assertionResults: { status: string; fullName: string }[] }[];
}

const file = process.argv[2] ?? ".vitest-results.json";
if (!existsSync(file)) {
  console.log("no test report was written: the runner did not finish");
  console.log("0 passed, 1 failed");
  process.exit(1);
}
const report = JSON.parse(readFileSync(file, "utf8")) as Report;
const unloaded = report.testResults.filter((result) => result.status === "failed" && result.assertionResults.length === 0);
for (const result of unloaded) console.log(`failed to load: ${result.name}`);
const skipped = report.testResults.flatMap((result) =>
  result.assertionResults.filter((test) => test.status === "pending" || test.status === "skipped"),
);
for (const test of skipped) console.log(`skipped: ${test.fullName}`);
const failed = report.numFailedTests + unloaded.length;
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`);
process.exit(failed > 0 || report.numPassedTests === 0 ? 1 : 0);
