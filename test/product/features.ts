import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import type { LoadedScenario } from "../../src/index.ts";
import { chooseCover } from "./cover.ts";

/** What of the product a scenario is about, as far as a fault or an export may treat it in its own way. */
export function featuresOf({ scenario }: LoadedScenario): string[] {
  const flavours = scenario.indexes.map(({ flavour }) => `flavour ${flavour}`);
  const commands = scenario.steps.map(({ argv }) => `command ${commandOf(argv)}`);
  return [...new Set([...flavours, ...sourcesOf(scenario).map((source) => `credentials from ${source}`), ...commands])];
}

const TWO_WORDS = new Set(["auth", "pip", "tool", "python", "cache", "self"]);

function commandOf(argv: readonly string[]): string {
  const [tool = "", first = "", second = ""] = argv;
  if (tool !== "uv") return "another tool";
  return TWO_WORDS.has(first) ? `uv ${first} ${second}` : `uv ${first}`;
}

function sourcesOf({ files, home, env, steps, keyring, indexes }: LoadedScenario["scenario"]): string[] {
  const environment = [env, ...steps.map((step) => step.env)].flatMap((each) => Object.entries(each));
  const texts = [...Object.values(files), ...environment.map(([, value]) => value), ...steps.flatMap(({ argv }) => argv)].join("\n");
  const found: Readonly<Record<string, boolean>> = {
    UV_INDEX_NAME_PASSWORD: environment.some(([name]) => /^UV_INDEX_.+_PASSWORD$/.test(name)),
    "a URL": /\{\{login\.|:\{\{(secret|stale)\.[^}]+\}\}@/.test(texts),
    "uv auth login": steps.some(({ argv }) => argv.slice(0, 3).join(" ") === "uv auth login"),
    netrc: Object.keys(home).some((file) => file.endsWith("netrc")) || environment.some(([name]) => name === "NETRC"),
    keyring: keyring !== null || /keyring-provider|subprocess/.test(texts),
    nowhere: indexes.every(({ users }) => users.length === 0),
  };
  return Object.keys(found).filter((source) => found[source]);
}

/** Every name of a property in a schema; names that a scenario gives (of indexes, files, variables) are none. */
const FORMAT_KEYS: ReadonlySet<string> = new Set(
  propertiesOf(JSON.parse(readFileSync(new URL("../../schema/scenario-1.schema.json", import.meta.url), "utf8"))),
);

/** A choice of scenarios with every key of the format that they use, and every feature that one has. */
export function withEveryKey(scenarios: readonly LoadedScenario[]): LoadedScenario[] {
  const candidates = scenarios.map((loaded) => {
    const parts = [...featuresOf(loaded), ...keysOf(parse(loaded.text)).filter((key) => FORMAT_KEYS.has(key))];
    return { name: loaded.file, covers: [...new Set(parts)], loaded };
  });
  return chooseCover([candidates]).map(({ loaded }) => loaded);
}

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => [key, ...keysOf(below)]);
}

function propertiesOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(propertiesOf);
  if (typeof schema !== "object" || schema === null) return [];
  const own = "properties" in schema && typeof schema.properties === "object" ? Object.keys(schema.properties ?? {}) : [];
  return [...own, ...Object.values(schema).flatMap(propertiesOf)];
}
