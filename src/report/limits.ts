/** How much of each kind of evidence a report shows, so that the whole fits; characters unless said otherwise. */
export interface Limits {
  /** Of each verbose log. */
  readonly log: number;
  /** Of each attachment. */
  readonly attachment: number;
  /** Of stdout and of stderr of each step. */
  readonly output: number;
  /** Lines of each step's time line. */
  readonly rows: number;
  /** Of each project file. */
  readonly file: number;
  /** Project files, and variables that the harness added. */
  readonly files: number;
  /** Runs whose transcript and time line are shown, for each scenario. */
  readonly evidence: number;
  /** Rows of the table of releases, and of reasons. */
  readonly table: number;
  /** Of each scenario's text: shown whole or, beyond this, not at all. */
  readonly scenario: number;
  /** Scenarios that get a section. */
  readonly sections: number;
}

const MANY = Number.MAX_SAFE_INTEGER;
/** A longer scenario or script leaves no room for anything else, and is no minimal example. */
const WHOLE = 50_000;

/** From generous to mean; logs go first, the scenario last. */
const LADDER: readonly Omit<Limits, "log">[] = [
  { attachment: WHOLE, output: 20_000, rows: 200, file: 10_000, files: 40, evidence: 4, table: 100, scenario: WHOLE, sections: MANY },
  { attachment: WHOLE, output: 6_000, rows: 60, file: 4_000, files: 20, evidence: 3, table: 60, scenario: WHOLE, sections: MANY },
  { attachment: 20_000, output: 20_000, rows: 200, file: 10_000, files: 40, evidence: 4, table: 100, scenario: WHOLE, sections: MANY },
  { attachment: 8_000, output: 6_000, rows: 60, file: 4_000, files: 20, evidence: 3, table: 60, scenario: WHOLE, sections: MANY },
  { attachment: 0, output: 2_500, rows: 24, file: 2_000, files: 10, evidence: 2, table: 40, scenario: WHOLE, sections: MANY },
  { attachment: 0, output: 1_000, rows: 10, file: 500, files: 5, evidence: 1, table: 20, scenario: WHOLE, sections: MANY },
  { attachment: 0, output: 0, rows: 2, file: 0, files: 0, evidence: 0, table: 10, scenario: 20_000, sections: MANY },
  { attachment: 0, output: 0, rows: 2, file: 0, files: 0, evidence: 0, table: 6, scenario: 4_000, sections: 12 },
  { attachment: 0, output: 0, rows: 2, file: 0, files: 0, evidence: 0, table: 2, scenario: 0, sections: 4 },
];

/** Characters; GitHub refuses a longer issue or comment. */
export const GITHUB_LIMIT = 65_536;

/**
 * The longest text within `limit` characters: the most generous rung of the ladder that fits without logs, and then
 * as much of the logs as still fits. The last rung is returned even where it does not fit.
 */
export function fitReport(render: (limits: Limits) => string, limit: number): string {
  const rung = LADDER.find((limits) => render({ ...limits, log: 0 }).length <= limit) ?? LADDER.at(-1)!;
  // Most have room for all of their logs, or have none.
  const whole = render({ ...rung, log: GITHUB_LIMIT });
  if (whole.length <= limit) return whole;
  let [fits, fails] = [0, GITHUB_LIMIT + 1];
  while (fails - fits > 200) {
    const middle = Math.floor((fits + fails) / 2);
    if (render({ ...rung, log: middle }).length <= limit) fits = middle;
    else fails = middle;
  }
  return render({ ...rung, log: fits });
}
