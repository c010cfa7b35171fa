import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { ROOT } from "./e2e/command.ts";

type Json = Record<string, unknown>;

/** What of an output its published schema does not allow or does not name; none: all of it is described. */
export function undescribed(command: string, output: unknown): string[] {
  const schema = JSON.parse(readFileSync(`${ROOT}schema/${command}-json-1.schema.json`, "utf8")) as Json;
  const validate = new Ajv({ allErrors: true, strict: false }).compile(closed(schema));
  validate(output);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}

/** For readers fields may be added; here each must be in the schema. */
function closed(schema: Json): Json {
  const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closedValue(value)]));
  return "properties" in schema && typeof schema["properties"] === "object" && !("additionalProperties" in schema)
    ? { ...inside, additionalProperties: false }
    : inside;
}

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON's only other objects
  return typeof value === "object" && value !== null ? closed(value as Json) : value;
}
