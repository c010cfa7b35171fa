// oxlint-disable typescript/no-unsafe-type-assertion -- JSON is walked as it comes
import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { scenarioJsonSchema } from "../../scripts/generate-schema.ts";
import { parseScenario } from "./parse.ts";
import { isTable } from "./schema/value.ts";

type Json = Record<string, unknown>;

const committed = readFileSync(new URL("../../schema/scenario-1.schema.json", import.meta.url), "utf8");
const schema = JSON.parse(committed) as Json & { definitions: Record<string, Json> };

/** What the generated schema uses of JSON Schema; any other keyword is an error, so that none is passed over. */
const KEYWORDS: Record<string, (wanted: never, value: unknown, node: Json) => boolean> = {
  type: (wanted: string, value) =>
    ({
      string: typeof value === "string",
      number: typeof value === "number",
      integer: Number.isInteger(value),
      boolean: typeof value === "boolean",
      array: Array.isArray(value),
      object: isTable(value),
    })[wanted] ?? false,
  const: (wanted: unknown, value) => value === wanted,
  enum: (wanted: unknown[], value) => wanted.includes(value),
  minimum: (wanted: number, value) => typeof value !== "number" || value >= wanted,
  maximum: (wanted: number, value) => typeof value !== "number" || value <= wanted,
  exclusiveMinimum: (wanted: number, value) => typeof value !== "number" || value > wanted,
  items: (wanted: Json, value) => !Array.isArray(value) || value.every((item) => fits(wanted, item)),
  required: (wanted: string[], value) => !isTable(value) || wanted.every((name) => Object.hasOwn(value, name)),
  properties: (wanted: Record<string, Json>, value) =>
    !isTable(value) || Object.entries(wanted).every(([name, node]) => !Object.hasOwn(value, name) || fits(node, value[name])),
  additionalProperties: (wanted: Json | boolean, value, node) => {
    const known = Object.keys((node["properties"] as Json | undefined) ?? {});
    const others = isTable(value) ? Object.entries(value).filter(([name]) => !known.includes(name)) : [];
    return others.every(([, other]) => (typeof wanted === "boolean" ? wanted : fits(wanted, other)));
  },
  propertyNames: (wanted: Json, value) => !isTable(value) || Object.keys(value).every((name) => fits(wanted, name)),
  anyOf: (wanted: Json[], value) => wanted.some((node) => fits(node, value)),
  allOf: (wanted: Json[], value) => wanted.every((node) => fits(node, value)),
  $ref: (wanted: string, value) => fits(schema.definitions[wanted.replace("#/definitions/", "")] ?? {}, value),
};
const NOTES = ["$schema", "title", "description", "definitions"];

function fits(node: Json, value: unknown): boolean {
  return Object.entries(node).every(([keyword, wanted]) => {
    if (NOTES.includes(keyword)) return true;
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new Error(`the test does not know the keyword ${keyword}`);
    return check(wanted as never, value, node);
  });
}

/** Whether the parser finds the structure right; what values mean is beyond a JSON Schema. */
function parserTakes(text: string): boolean {
  const result = parseScenario(text);
  const structural = ["unknown-key", "missing-key", "wrong-type", "wrong-value"];
  return result.ok || !result.problems.some((problem) => structural.includes(problem.kind));
}

test("the committed schema is the one that the definition gives (else: node scripts/generate-schema.ts)", () => {
  expect(committed === scenarioJsonSchema()).toBe(true);
});

test("every key has a description for editors", () => {
  const silent: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [name, below] of Object.entries(node)) {
      if (name === "properties") {
        for (const [key, value] of Object.entries(below as Record<string, Json>))
          if (!("description" in value)) silent.push(`${path}.${key}`);
      }
      walk(below, `${path}.${name}`);
    }
  };
  walk(schema, "");
  expect(silent).toEqual([]);
});

const HEAD = 'schema = 1\ntitle = "x"\n';
const STEP = '[[step]]\nrun = "uv sync"\nreproduced.exit = 1\nhealthy.exit = 0\n';
const index = (line: string) => `${HEAD}${STEP}[index.a]\nuser = "u"\n${line}\n`;
const step = (line: string) => `${HEAD}[index.a]\nuser = "u"\npackages = [{ name = "p" }]\n${STEP}${line}\n`;

describe("schema and parser agree", () => {
  const right: Record<string, string> = {
    least: `${HEAD}${STEP}`,
    flavour: index('flavour = "gitlab"\nid = 3\nfallback = false'),
    users: index("").replace('user = "u"', 'users = ["u", { name = "v", state = "expired" }]'),
    packages: index('packages = [{ name = "p", formats = "sdist", yanked = "why", extras = { e = ["q"] } }]'),
    faults: index('faults = [{ kind = "status", rate = 0.5, seed = 3 }]'),
    redirect: index('redirect = { to = "default", status = 307, credentials = "kept" }'),
    "default index": `${HEAD}${STEP}[index.default]\njson = false\n`,
    set: step('set = [{ user = "a.u", state = "guest" }, { faults = [], index = "a" }]'),
    run: step("").replace('"uv sync"', '["uv", "sync"]'),
    conditions: step("final.any = { status = 200 }\n").replace(
      "final",
      "healthy.final.count = { at-least = 1, status = [200, 304] }\nreproduced.final",
    ),
    text: step('healthy.stdout = "a"\nhealthy.stderr = { matches = "x", lacks = ["y"] }\nreproduced.stderr = ["a", "b"]'),
    claims: `${HEAD}${STEP}[claims]\n">=0.9" = "healthy"\n`,
    venv: `${HEAD}${STEP}[venv]\nstate = "created"\n`,
    keyring: `${HEAD}${STEP}[keyring]\ntool = []\nanswers = [{ service = "s", user = "u", password = "p" }]\n`,
  };
  const wrong: Record<string, string> = {
    "no title": `schema = 1\n${STEP}`,
    "no schema": `title = "x"\n${STEP}`,
    "another schema": `schema = 2\ntitle = "x"\n${STEP}`,
    "no step": HEAD,
    "unknown key at the top": `${HEAD}titel = 1\n${STEP}`,
    "unknown key of an index": index("flavor = 1"),
    "unknown key of the default index": `${HEAD}${STEP}[index.default]\nuser = "x"\n`,
    "unknown key of a package": index('packages = [{ name = "p", visible_to = [] }]'),
    "unknown key of a condition": step("healthy.final.any = { state = 200 }"),
    "unknown quantifier": step("healthy.final.all = { status = 200 }"),
    "index as a text": `${HEAD}index = "a"\n${STEP}`,
    "index as a list": `${HEAD}index = []\n${STEP}`,
    "package without a name": index("packages = [{ version = '1' }]"),
    "package as a number": index("packages = [1]"),
    "packages as a table": index("packages = { name = 'p' }"),
    "unknown flavour": index('flavour = "gitlb"'),
    "option of the wrong type": index('flavour = "gitlab"\nid = "x"'),
    "status out of range": index('faults = [{ kind = "status", status = 600 }]'),
    "fault without a kind": index("faults = [{ nth = 1 }]"),
    "redirect status": index('redirect = { to = "default", status = 200 }'),
    "timeout of nothing": step("timeout = 0"),
    "exit as a fraction": step("").replace("healthy.exit = 0", "healthy.exit = 0.5"),
    "exit as another word": step("").replace("healthy.exit = 0", 'healthy.exit = "zero"'),
    "environment of numbers": `${HEAD}env = { A = 1 }\n${STEP}`,
    "files nested": `${HEAD}${STEP}[files.a]\nb = "x"\n`,
    "condition as a list": step("").replace("healthy.exit = 0", "healthy = []"),
    "matcher as a date": step("healthy.final.any = 2026-01-01"),
    "claim of another verdict": `${HEAD}${STEP}[claims]\n">=0.9" = "good"\n`,
    "a date for a title": `schema = 1\ntitle = 2026-01-01\n${STEP}`,
  };
  test.each(Object.entries(right))("right: %s", (_, text) => {
    expect({ schema: fits(schema, parse(text)), parser: parserTakes(text) }).toEqual({ schema: true, parser: true });
  });
  test.each(Object.entries(wrong))("wrong: %s", (_, text) => {
    expect({ schema: fits(schema, parse(text)), parser: parserTakes(text) }).toEqual({ schema: false, parser: false });
  });
});
