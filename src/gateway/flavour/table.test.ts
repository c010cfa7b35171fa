import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { FLAVOUR_TRAITS } from "../../scenario/flavour.ts";
import { FLAVOURS } from "../../scenario/model.ts";
import type { Row } from "./flavour.ts";
import { FLAVOUR } from "./table.ts";

const EVIDENCE = {
  source: "source",
  documentation: "docs",
  issues: "reports",
  own: "ours",
  unverified: "**unverified**",
} as const satisfies Record<Row["evidence"], string>;

const page = await readFile(new URL("../../../docs/registries.md", import.meta.url), "utf8");

function sectionOf(flavour: string): string {
  const [, after = ""] = page.split(`\n## ${flavour}\n`);
  return after.split("\n## ")[0] ?? "";
}

test.each(FLAVOURS)("docs/registries.md shows %s's table and options as they are", (flavour) => {
  const section = sectionOf(flavour);
  const rows = FLAVOUR[flavour].table.map(({ request, answer, evidence }) => `| ${request} | ${answer} | ${EVIDENCE[evidence]} |`);
  expect(section.split("\n").filter((line) => line.startsWith("|"))).toEqual([
    "| request | answer | evidence |",
    "| --- | --- | --- |",
    ...rows,
  ]);
  const options = Object.entries(FLAVOUR_TRAITS[flavour].options).map(([key, { description }]) => `- \`${key}\`: ${description}`);
  expect(section.split("\n").filter((line) => /^- `[a-z-]+`: /.test(line))).toEqual(options);
});

test("the page has a section for each flavour and no other", () => {
  const sections = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  expect(sections.slice(1)).toEqual([...FLAVOURS]);
});
