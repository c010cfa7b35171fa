import type { LoadedScenario } from "../../src/index.ts";
import { chooseCover } from "./cover.ts";

/** What of the product a scenario is about, as far as a fault or an export may treat it in its own way. */
export function featuresOf({ scenario }: LoadedScenario): string[] {
  const flavours = scenario.indexes.map(({ flavour }) => `flavour ${flavour}`);
  const commands = scenario.steps.map(({ argv }) => `command ${commandOf(argv)}`);
  return [...new Set([...flavours, ...sourcesOf(scenario).map((source) => `credentials from ${source}`), ...commands])];
}

/** What uv does about trouble depends on where it has its credentials from, more than on who answers. */
export const isSource = (feature: string): boolean => feature.startsWith("credentials from ");

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

/** What an export's script or a probe does in its own way beside the features: conditions, faults, certificates, and what a step does. */
function kindsOf({ scenario: { indexes, steps, keyring } }: LoadedScenario): string[] {
  const conditions = steps.flatMap(({ reproduced, healthy }) => [...reproduced, ...healthy]);
  return [
    ...conditions.map((each) => `condition ${each.kind} ${"quantifier" in each ? each.quantifier : ""}`),
    ...indexes.flatMap(({ faults, certificate }) => [...faults.map(({ kind }) => `fault ${kind}`), `certificate ${certificate}`]),
    ...steps.flatMap(({ write, delete: removed, stdin, tls, venv: which }) => [
      ...(Object.keys(write).length > 0 ? ["a step writes"] : []),
      ...(removed.length > 0 ? ["a step deletes"] : []),
      ...(stdin === null ? [] : ["a step reads"]),
      `tls ${tls}`,
      `${which} venv`,
    ]),
    ...(keyring === null ? [] : [keyring.tool === null ? "a keyring of the venv" : "a keyring tool"]),
  ];
}

/** A choice of scenarios with every feature and every kind that one has. */
export function withEveryKind(scenarios: readonly LoadedScenario[]): LoadedScenario[] {
  return withEvery(scenarios, (loaded) => [...featuresOf(loaded), ...kindsOf(loaded)]);
}

/** A choice of scenarios with everything that this says of one. */
export function withEvery(scenarios: readonly LoadedScenario[], of: (loaded: LoadedScenario) => readonly string[]): LoadedScenario[] {
  const candidates = scenarios.map((loaded) => ({ name: loaded.file, covers: [...new Set(of(loaded))], loaded }));
  return chooseCover([candidates]).map(({ loaded }) => loaded);
}
