import { negotiate } from "../../../gateway/content-negotiation.ts";
import type { Samples } from "../../../gateway/flavour/flavour.ts";
import type { IndexTable } from "../../../export/answer-table.ts";

/** Headers, and what the table calls requests with such ones. */
export interface HeaderSample {
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;
}

const ACCEPTED = [
  "application/vnd.pypi.simple.v1+json",
  "application/vnd.pypi.simple.v1+html",
  "text/html",
  "application/vnd.pypi.simple.v1+json;q=0.1, text/html",
];

/** What an index's answers depend on, and one request of each kind. */
export function headerSamples(json: boolean, { headers }: Samples): { tests: IndexTable["headers"]; samples: HeaderSample[] } {
  const tests: [string, string | null][] = [
    ...(json ? [["accept", null] as [string, null]] : []),
    ...headers.map(({ name, pattern }): [string, string] => [name, pattern]),
  ];
  const values = new Map<string, string[]>(json ? [["accept", ACCEPTED]] : []);
  for (const header of headers) values.set(header.name, [...(values.get(header.name) ?? []), ...header.values]);
  const vectors = [...values].reduce<Record<string, string>[]>(
    (all, [name, some]) => all.flatMap((one) => some.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  const byKind = new Map(vectors.map((vector) => [kindOf(tests, vector), vector]));
  return { tests, samples: [...byKind].map(([kind, vector]) => ({ kind, headers: vector })) };
}

function kindOf(tests: IndexTable["headers"], headers: Readonly<Record<string, string>>): string {
  return tests
    .map(([name, pattern]) =>
      pattern === null ? negotiate(headers[name] ?? null) : new RegExp(pattern).test(headers[name] ?? "") ? "yes" : "no",
    )
    .join(" ");
}
