import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseScenario } from "./parse.ts";

async function page(name: string): Promise<string> {
  return await readFile(new URL(`../../docs/${name}`, import.meta.url), "utf8");
}

const INDEX = '[index.private]\nurl = "https://packages.example.com/simple/"\npackages = [{ name = "sandbox" }]\n';
const STEP = '[[step]]\nrun = "uv pip install sandbox"\n';
const SIDES = 'reproduced = { exit = "nonzero", stderr = "401" }\nhealthy = { exit = 0 }\n';

/** A part of a scenario within the least that makes it whole: lines without a table of their own stand in the one they are about. */
function whole(part: string): string {
  if (part.startsWith("schema")) return part;
  const head = 'schema = 1\ntitle = "an example of the page"\n';
  if (/^(faults|users)/u.test(part)) return head + INDEX + part + STEP + SIDES;
  if (part.startsWith("reproduced")) return `${head}${INDEX}user = "alice"\n${STEP}${part}`;
  if (part.startsWith("[files]")) {
    const gitlab = INDEX.replace("private", "gitlab").replace("packages.example.com", "gitlab.example.com");
    return `${head}${gitlab}user = "__token__"\n${part}${SIDES}`;
  }
  return head + (part.startsWith("[index.default]") || part.startsWith("[claims]") ? INDEX : "") + STEP + SIDES + part;
}

test("scenario.md: every example, put into a file, is a scenario", async () => {
  const examples = [...(await page("scenario.md")).matchAll(/^```toml\n([\s\S]*?)^```$/gmu)].map(([, toml = ""]) => toml);
  expect(examples.length).toBeGreaterThan(7);
  const wrong = examples.flatMap((example) => {
    const parsed = parseScenario(whole(example));
    return parsed.ok ? [] : [{ example, problems: parsed.problems.map(({ message }) => message) }];
  });
  expect(wrong).toEqual([]);
});

test("scenario.md is read in ten minutes", async () => {
  const prose = (await page("scenario.md")).replaceAll(/^```[\s\S]*?^```$/gmu, "");
  expect(prose.split(/\s+/u).length).toBeLessThan(2000);
});

test("keys.md and the pages that it names have every key of the schema", async () => {
  const schema: unknown = JSON.parse(await readFile(new URL("../../schema/scenario-1.schema.json", import.meta.url), "utf8"));
  const pages = [
    "keys.md",
    "conditions.md",
    "registries.md",
    "keyring.md",
    "files.md",
    "network.md",
    "git.md",
    "explore.md",
    "packages.md",
  ];
  const text = (await Promise.all(pages.map(page))).join("\n");
  const named = (key: string): boolean => new RegExp(`\`[^\`\n]*(?<![\\w-])${key}(?![\\w-])[^\`\n]*\``, "u").test(text);
  expect([...keysOf(schema)].filter((key) => !named(key)).toSorted()).toEqual([]);
});

/** Names of all properties, wherever they are declared, but for the headers of requests. */
function keysOf(node: unknown, found = new Set<string>()): Set<string> {
  if (typeof node !== "object" || node === null) return found;
  for (const [name, value] of Object.entries(node)) {
    if (name === "properties" && typeof value === "object" && value !== null && !("user-agent" in value)) {
      Object.keys(value).forEach((key) => found.add(key));
    }
    keysOf(value, found);
  }
  return found;
}
