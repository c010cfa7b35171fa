import type { FileRecord } from "../observation/model.ts";
import type { FileMatcher, Quantified } from "../scenario/model.ts";
import { accepts, quoted } from "./alternatives.ts";
import type { Finding } from "./finding.ts";
import { quantifiedHolds, seenWords, type Reading } from "./quantifier.ts";

/**
 * Judges files after a step. An absent file neither contains nor lacks a text. A path that the run did not
 * look at leaves the condition unfulfilled, `none` included: nothing was seen of it.
 */
export function judgeFiles(match: FileMatcher, quantified: Quantified, records: readonly FileRecord[]): Finding {
  const reading: Reading<FileRecord> = {
    selects: (record) => match.path.includes(record.path),
    fulfils: (record) =>
      (match.exists === undefined || match.exists === (record.content !== null)) &&
      accepts(match.contains, (text) => record.content?.includes(text) === true) &&
      (match.lacks === undefined || (record.content !== null && !match.lacks.some((text) => record.content?.includes(text) === true))),
  };
  const unseen = match.path.filter((path) => !records.some((record) => record.path === path));
  return {
    holds: unseen.length === 0 && quantifiedHolds(quantified, records, reading),
    seen:
      unseen.length > 0
        ? `${unseen.join(", ")} was not looked at`
        : seenWords(quantified, records, reading, { noun: "file", line: (record) => fileLine(record, match) }),
  };
}

/** Says of each text that was asked about whether it is there, rather than quoting a whole file. */
function fileLine({ path, content }: FileRecord, match: FileMatcher): string {
  if (content === null) return `${path} does not exist`;
  const asked = [...(match.contains ?? []), ...(match.lacks ?? [])];
  const present = asked.filter((text) => content.includes(text));
  const texts = present.length > 0 ? `with ${present.map(quoted).join(", ")}` : `without ${asked.map(quoted).join(", ")}`;
  return `${path} exists${asked.length === 0 ? "" : `, ${texts}`}, ${content.length} characters`;
}
