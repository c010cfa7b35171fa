import type { KeyringRecord } from "../observation/model.ts";
import type { KeyringMatcher, Quantified } from "../scenario/model.ts";
import { accepts, isWholeOf } from "./alternatives.ts";
import type { Finding } from "./finding.ts";
import { quantifiedHolds, seenWords, type Reading } from "./quantifier.ts";

/** Judges the keyring calls of a step. */
export function judgeKeyring(match: KeyringMatcher, quantified: Quantified, records: readonly KeyringRecord[]): Finding {
  const reading = readingOf(match);
  return {
    holds: quantifiedHolds(quantified, records, reading),
    seen: seenWords(quantified, records, reading, { noun: "keyring call", line: keyringLine }),
  };
}

function readingOf(match: KeyringMatcher): Reading<KeyringRecord> {
  return {
    selects: (record) => {
      const { operation, service } = readArguments(record.argv);
      return accepts(match.operation, (wanted) => operation === wanted) && accepts(match.service, (wanted) => isWholeOf(service, wanted));
    },
    fulfils: (record) =>
      accepts(match.from, (from) => from === record.from) &&
      accepts(match.user, (user) => readArguments(record.argv).user === user) &&
      accepts(match.args, (wanted) => record.argv.some((arg) => isWholeOf(arg, wanted))) &&
      accepts(match.raised, (raised) => isRaised(record, raised)) &&
      (match.finished === undefined || match.finished === record.finished) &&
      accepts(match.exit, (exit) => exit === record.exit),
  };
}

/** A call that never ended has shown nothing yet: that is not "nothing raised". */
function isRaised(record: KeyringRecord, wanted: string): boolean {
  if (wanted === "nothing") return record.finished && record.raised === null;
  return record.raised !== null && lastName(record.raised) === lastName(wanted);
}

/** `keyring.errors.NoKeyringError` and `NoKeyringError` are the same class. */
function lastName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Options of keyring's command line that take a value of their own. Exported scripts know the same. */
export const WITH_VALUE = new Set(["-p", "--keyring-path", "-b", "--keyring-backend", "--mode", "--output", "--print-completion"]);

/** The three positional arguments, wherever the options stand (uv writes `get SERVICE --mode creds`). Empty where absent. */
function readArguments(argv: readonly string[]): { operation: string; service: string; user: string } {
  const positional: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (WITH_VALUE.has(word)) at++;
    else if (!word.startsWith("-")) positional.push(word);
  }
  const [operation = "", service = "", user = ""] = positional;
  return { operation, service, user };
}

const PLACES = { venv: "of the venv", tool: "of the tool", other: "another one" } as const satisfies Record<KeyringRecord["from"], string>;

function keyringLine(record: KeyringRecord): string {
  const outcome = record.finished ? `raised ${record.raised ?? "nothing"}, exit status ${record.exit ?? "unknown"}` : "did not finish";
  return `keyring ${record.argv.join(" ")} (${PLACES[record.from]}): ${outcome}`;
}
