// Writes a JSON Schema for what each command prints with `--json`, from the types that print it; `--check` only compares.
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  createFormatter,
  createParser,
  createProgram,
  SchemaGenerator,
  type CompletedConfig,
  DEFAULT_CONFIG,
} from "ts-json-schema-generator";
import { writeOrCheck } from "./write-or-check.ts";

const ROOT = path.join(import.meta.dirname, "..");
const SOURCE = path.join(ROOT, "src/cli/json-outputs.ts");

type Json = Record<string, unknown>;

/** The schema of each command's output as the text of its file, by command. */
function jsonSchemas(): Map<string, string> {
  const config: CompletedConfig = {
    ...DEFAULT_CONFIG,
    path: SOURCE,
    tsconfig: path.join(ROOT, "tsconfig.json"),
    expose: "all",
    // Its own types are checked by tsc.
    skipTypeCheck: true,
    // Fields are added within one schema, so a reader must take those that it does not know.
    additionalProperties: true,
  };
  const program = createProgram(config);
  const generator = new SchemaGenerator(program, createParser(program, config), createFormatter(config), config);
  const source = readFileSync(SOURCE, "utf8");
  const outputs = [...source.slice(source.indexOf("interface JsonOutputs")).matchAll(/readonly (\w+): (\w+);/g)];
  return new Map(
    outputs.map(([, command = "", type = ""]) => {
      const whole = generator.createSchema(type) as Json;
      const definitions = named(whole["definitions"]);
      const own = resolved(whole, definitions);
      const title = `what \`uv-mre ${command} --json\` prints, schema 1`;
      const used = reachable(own, definitions);
      const parts = Object.keys(used).length === 0 ? {} : { definitions: used };
      const { $schema: _, $ref: __, definitions: ___, ...rest } = own;
      return [command, `${JSON.stringify({ $schema: "http://json-schema.org/draft-07/schema#", title, ...rest, ...parts }, null, 2)}\n`];
    }),
  );
}

/** Definitions with names that need no escaping in a reference. */
function named(definitions: unknown): Record<string, Json> {
  const entries = Object.entries((definitions ?? {}) as Record<string, Json>);
  const plain = (name: string): string =>
    decodeURIComponent(name)
      .replaceAll(/[^\w-]+/g, "-")
      .slice(0, 60);
  const rename = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(rename);
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        key,
        key === "$ref" && typeof value === "string" ? `#/definitions/${plain(value.replace("#/definitions/", ""))}` : rename(value),
      ]),
    );
  };
  return Object.fromEntries(entries.map(([name, schema]) => [plain(name), rename(schema) as Json]));
}

function resolved(schema: Json, definitions: Record<string, Json>): Json {
  const name = /^#\/definitions\/(.+)$/.exec(typeof schema["$ref"] === "string" ? schema["$ref"] : "")?.[1];
  return name === undefined ? schema : (definitions[decodeURIComponent(name)] ?? schema);
}

/** The definitions that a schema needs, by name. */
function reachable(schema: unknown, definitions: Record<string, Json>): Record<string, Json> {
  const found = new Set<string>();
  const look = (node: unknown): void => {
    for (const [, name = ""] of JSON.stringify(node).matchAll(/"#\/definitions\/([^"]+)"/g)) {
      if (found.has(name)) continue;
      found.add(name);
      look(definitions[name]);
    }
  };
  look(schema);
  return Object.fromEntries([...found].sort().map((name) => [name, definitions[name] ?? {}]));
}

/** The fields of each output as Markdown: of the object itself, and of a run, a probe, a release and a finding in it. */
function fieldTables(schemas: ReadonlyMap<string, string>): string {
  const sections = [...schemas].map(([command, text]) => {
    const schema = JSON.parse(text) as Json;
    const tables = [fieldTable("", schema)];
    for (const [name, field] of Object.entries((schema["properties"] ?? {}) as Record<string, Json>)) {
      const item = field["type"] === "array" ? (field["items"] as Json) : null;
      const inside = item === null ? null : resolved(item, (schema["definitions"] ?? {}) as Record<string, Json>);
      if (inside?.["properties"] !== undefined) tables.push(fieldTable(`${name}[]`, inside));
    }
    return `### \`${command}\`\n\n${tables.join("\n\n")}`;
  });
  return `${sections.join("\n\n")}\n`;
}

function fieldTable(place: string, schema: Json): string {
  const required = new Set((schema["required"] ?? []) as string[]);
  const rows = Object.entries((schema["properties"] ?? {}) as Record<string, Json>).map(([name, field]) => {
    const words = (typeof field["description"] === "string" ? field["description"] : "").replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
    return `| \`${place === "" ? "" : `${place}.`}${name}\`${required.has(name) ? "" : " (not always)"} | ${typeWords(field)} | ${words} |`;
  });
  return ["| field | type | |", "| --- | --- | --- |", ...rows].join("\n");
}

function typeWords(field: Json): string {
  const reference = /^#\/definitions\/(.+)$/.exec(typeof field["$ref"] === "string" ? field["$ref"] : "")?.[1];
  if (reference !== undefined) return `\`${reference}\``;
  if ("const" in field) return `\`${JSON.stringify(field["const"])}\``;
  if (Array.isArray(field["enum"])) return field["enum"].map((value) => `\`${JSON.stringify(value)}\``).join(", ");
  if (Array.isArray(field["anyOf"])) return (field["anyOf"] as Json[]).map(typeWords).join(" or ");
  if (field["type"] === "array") return "list";
  return [field["type"]].flat().map(String).join(" or ");
}

/** The page with its tables of fields. */
function page(schemas: ReadonlyMap<string, string>): string {
  const text = readFileSync(PAGE, "utf8");
  return `${text.slice(0, text.indexOf(HEADING))}${HEADING}\n\n${fieldTables(schemas)}`;
}

const PAGE = path.join(ROOT, "docs/json.md");
const HEADING = "## Fields";

if (import.meta.main) {
  const schemas = jsonSchemas();
  const files = [...schemas].map(([command, text]) => [path.join(ROOT, "schema", `${command}-json-1.schema.json`), text] as const);
  writeOrCheck([...files, [PAGE, page(schemas)]], "the types give", "generate-json-schemas.ts");
}
