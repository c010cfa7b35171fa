// `count-tests.ts REPORT STATUS [STEP…]` prints "N passed, N failed" from vitest's JSON report. One failed test more is
// counted for a file that failed by itself (it did not load, a hook threw), for each STEP (what else failed, for example a
// checker), and where nothing failed but the runner's exit STATUS is not 0 (an error that no test waited for).
import { readFileSync } from "node:fs";

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { name: string; status: string; message: string; assertionResults: { status: string; fullName: string }[] }[];
}

const [file = "", status = "", ...steps] = process.argv.slice(2);
const report = readReport(file);
const failures = report === null ? ["no whole test report was written: the runner did not finish"] : failuresOutsideTests(report);
const skipped = (report?.testResults ?? []).flatMap(({ assertionResults }) =>
  assertionResults.filter(({ status }) => status === "pending" || status === "skipped"),
);
if (status !== "0" && failures.length + (report?.numFailedTests ?? 0) === 0)
  failures.push(`the runner ended with status ${status}: see its output`);
for (const failure of failures) console.log(failure);
for (const step of steps) console.log(`failed: ${step}`);
const passed = report?.numPassedTests ?? 0;
const failed = (report?.numFailedTests ?? 0) + failures.length + steps.length;
console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

function readReport(name: string): Report | null {
  try {
    return JSON.parse(readFileSync(name, "utf8")) as Report;
  } catch {
    return null;
  }
}

function failuresOutsideTests({ testResults }: Report): string[] {
  const files = testResults.filter(
    ({ status, message, assertionResults }) =>
      // A hook of a `describe` leaves no message; where a test of the file failed as well, it is not told apart from that.
      status === "failed" && (message !== "" || !assertionResults.some((test) => test.status === "failed")),
  );
  return files.map(({ name, message }) => `failed outside its tests: ${name}${message === "" ? "" : `: ${message.split("\n")[0]}`}`);
}
