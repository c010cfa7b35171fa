import type { Reporter, TestCase, TestModule, Vitest } from "vitest/node";

/** Says at the end why tests were skipped, each reason once: the default reporter shows their number alone. */
export default class SkipReporter implements Reporter {
  private filtered = false;

  onInit(vitest: Vitest): void {
    // What a filter leaves out was not asked for.
    this.filtered = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.filtered) return;
    const reasons = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests("skipped")) {
        const reason = reasonOf(test);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
    for (const [reason, count] of reasons) console.log(`skipped: ${count} ${count === 1 ? "test" : "tests"}: ${reason}`);
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  return note ?? /\(skipped: (.*)\)/.exec(test.fullName)?.[1] ?? `${test.fullName} gives no reason`;
}
