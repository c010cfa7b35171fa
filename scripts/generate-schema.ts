// Writes the JSON Schema of the scenario format, from the definition that parses; `--check` only compares.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { toJsonSchema } from "@valibot/to-json-schema";
import { conditionTables } from "./condition-tables.ts";
import { writeOrCheck } from "./write-or-check.ts";
import { scenarioFile } from "../src/scenario/schema/file.ts";

const FILE = fileURLToPath(new URL("../schema/scenario-1.schema.json", import.meta.url));

type Json = Record<string, unknown>;

/** The JSON Schema as the text of its file. Structure only: what a value means is checked by the parser alone. */
export function scenarioJsonSchema(): string {
  const { $schema, ...schema } = toJsonSchema(scenarioFile, { target: "draft-07" });
  return `${JSON.stringify({ $schema, title: "uv-mre scenario, schema 1", ...shareDefinitions({ ...schema }) }, null, 2)}\n`;
}

/** Moves what occurs more than once into `definitions`; written out, the file would be ten times as long. */
function shareDefinitions(schema: Json): Json {
  const counts = new Map<string, number>();
  count(schema, counts);
  const definitions: Json = {};
  const names = new Map<string, string>();
  const share = (node: Json, path: readonly string[]): Json => {
    const { description, ...rest } = node;
    const id = JSON.stringify(rest);
    if (path.length === 0 || id.length < 150 || counts.get(id) === 1) return mapSchemas(node, path, share);
    let name = names.get(id);
    if (name === undefined) {
      name = path.slice(-2).join("-");
      while (name in definitions) name += "-";
      names.set(id, name);
      definitions[name] = {};
      definitions[name] = mapSchemas(rest, path, share);
    }
    const reference = { $ref: `#/definitions/${name}` };
    // Beside a `$ref`, draft 7 ignores everything.
    return description === undefined ? reference : { description, allOf: [reference] };
  };
  return { ...share(schema, []), definitions };
}

function count(node: Json, counts: Map<string, number>): Json {
  const { description: _, ...rest } = node;
  const id = JSON.stringify(rest);
  counts.set(id, (counts.get(id) ?? 0) + 1);
  return mapSchemas(node, [], (child) => count(child, counts));
}

/** Changes every schema directly below a schema. */
function mapSchemas(node: Json, path: readonly string[], change: (node: Json, path: readonly string[]) => Json): Json {
  const copy = { ...node };
  for (const key of ["items", "additionalProperties", "propertyNames"]) {
    const below = copy[key];
    if (isJson(below)) copy[key] = change(below, path);
  }
  const { anyOf, properties } = copy;
  if (Array.isArray(anyOf)) copy["anyOf"] = anyOf.filter(isJson).map((option) => change(option, path));
  if (isJson(properties)) {
    const changed = Object.entries(properties).map(([name, schema]) => [name, isJson(schema) ? change(schema, [...path, name]) : schema]);
    copy["properties"] = Object.fromEntries(changed);
  }
  return copy;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The page on conditions with its tables of keys. */
function conditionsPage(): string {
  const page = readFileSync(CONDITIONS, "utf8");
  return `${page.slice(0, page.indexOf(KEYS_HEADING))}${KEYS_HEADING}\n\n${conditionTables()}`;
}

const CONDITIONS = fileURLToPath(new URL("../docs/conditions.md", import.meta.url));
const KEYS_HEADING = "## Keys";

if (import.meta.main) {
  const files = [
    [FILE, scenarioJsonSchema()],
    [CONDITIONS, conditionsPage()],
  ] as const;
  writeOrCheck(files, "the parser's definition gives", "generate-schema.ts");
}
