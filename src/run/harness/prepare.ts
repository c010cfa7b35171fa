import { createHash } from "node:crypto";
import { type Distribution, withFilesLaidAt } from "../../scenario/distribution.ts";
import type { RunProcess } from "../../observation/process.ts";
import type { GeneratedPackage, Index, Scenario, Tool } from "../../scenario/model.ts";
import { buildPackage } from "../../package/build.ts";
import { keyringBackendData } from "../../package/contents.ts";
import { installReal } from "../../package/install.ts";
import type { BuildRule } from "../../package/tools.ts";
import type { ToolName } from "../../scenario/tools.ts";
import type { KeyringTool } from "../../workspace/keyring-tool.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { packagePrograms } from "../programs.ts";
import { KEYRING } from "./keyring-pin.ts";
import { machineryOf } from "./machinery.ts";
import { prepareRepositories } from "./git-repositories.ts";
import type { Harness, InstalledTool, Prepared } from "./harness.ts";
import { memoize } from "./memoize.ts";

/** Builds and fetches what a scenario needs. Throws `UserError` where something cannot be had. */
export async function prepareScenario(harness: Harness, scenario: Scenario, rule: BuildRule): Promise<Prepared> {
  const distributions = new Map<string, readonly Distribution[]>();
  const [tool, tools, repositories] = await Promise.all([
    scenario.keyring?.tool == null ? null : installKeyringTool(harness, scenario.keyring.tool),
    Promise.all((scenario.tools ?? []).map(async (each) => installBeside(harness, each, scenario.asOf ?? KEYRING.asOf))),
    prepareRepositories(harness, scenario),
    ...[...scenario.indexes, scenario.defaultIndex].map(async (index) => {
      distributions.set(index.name, await distributionsOf(harness, scenario, index, rule));
    }),
  ]);
  return {
    distributions: withFilesLaidAt(distributions),
    digest: digestOf(
      distributions,
      [tool, ...tools].flatMap((each) => each?.digest ?? []),
    ),
    keyringCommand: tool?.command ?? null,
    keyringToolDir: tool?.folder ?? null,
    tools,
    repositories,
    furnishVenv: needsVenv(scenario) ? (workspace, run) => furnish(harness, scenario, distributions, workspace, run) : null,
  };
}

function digestOf(distributions: ReadonlyMap<string, readonly Distribution[]>, tools: readonly string[]): string {
  const files = [...distributions].map(([index, each]) => [index, each.map((file) => ({ ...file, content: null }))] as const);
  return createHash("sha256")
    .update(JSON.stringify([files.toSorted(([a], [b]) => (a < b ? -1 : 1)), tools]))
    .digest("hex");
}

async function distributionsOf(harness: Harness, scenario: Scenario, index: Index, rule: BuildRule): Promise<Distribution[]> {
  const generated = index.packages.filter((pkg) => pkg.kind === "generated");
  const real = index.packages.filter((pkg) => pkg.kind === "real").map((pkg) => pkg.requirement);
  const [built, fetched] = await Promise.all([
    buildDistributions(generated),
    real.length === 0 ? [] : harness.realPackages(real, scenario.asOf ?? KEYRING.asOf, rule),
  ]);
  return [...built, ...fetched];
}

/** The files of generated packages, keyring plugins included. */
export async function buildDistributions(packages: readonly GeneratedPackage[]): Promise<Distribution[]> {
  return (await Promise.all(packages.map((pkg) => buildPackage(pkg, packagePrograms())))).flat();
}

interface WantedTool {
  readonly name: ToolName | "keyring";
  readonly requirement: string;
  readonly asOf: string;
  readonly plugin: Distribution | null;
}

/** Once for all scenarios: what is installed is checked byte for byte, and that takes its time. */
function installTool(harness: Harness, { name, requirement, asOf, plugin }: WantedTool): Promise<KeyringTool> {
  const { tools: installed, identity } = machineryOf(harness);
  return memoize(installed, JSON.stringify([name, requirement, asOf, plugin?.sha256 ?? null]), async () => {
    const tools = await harness.packageTools();
    const { ensureKeyringTool } = await import("../../workspace/keyring-tool.ts");
    return ensureKeyringTool({
      name,
      bootstrapUv: tools.uv,
      python: tools.python,
      keyring: {
        id: `${requirement} ${asOf}`,
        install: (python, scratch, beside) => installReal(tools, requirement, { asOf, beside, python, scratch }),
      },
      plugin,
      cacheDir: harness.cacheDir,
      run: harness.run,
      owner: identity,
    });
  });
}

async function installKeyringTool(harness: Harness, indexes: readonly string[]): Promise<KeyringTool> {
  const [plugin = null] = indexes.length === 0 ? [] : await buildPackage(TOOL_PLUGIN, packagePrograms());
  return installTool(harness, { name: "keyring", ...KEYRING, plugin });
}

async function installBeside(harness: Harness, { name, requirement }: Tool, asOf: string): Promise<InstalledTool> {
  const { folder, digest } = await installTool(harness, { name, requirement, asOf, plugin: null });
  return { name, folder, digest };
}

/** The plugin of the keyring tool; which indexes it knows, it reads in the run. */
export const TOOL_PLUGIN: GeneratedPackage = {
  kind: "generated",
  name: "uv-mre-keyring-plugin",
  version: "1.0.0",
  requires: ["keyring"],
  extras: {},
  requiresPython: null,
  formats: ["wheel"],
  scripts: {},
  files: { "uv_mre_keyring_plugin/keyring_backend.json": keyringBackendData(null) },
  yanked: false,
  visibleTo: null,
  keyringPlugin: [],
};

function needsVenv(scenario: Scenario): boolean {
  return scenario.venv.state === "created" || scenario.venv.packages.length > 0;
}

async function furnish(
  harness: Harness,
  scenario: Scenario,
  distributions: ReadonlyMap<string, readonly Distribution[]>,
  workspace: Workspace,
  run: RunProcess,
): Promise<void> {
  const { prepareVenv } = await import("../../workspace/venv.ts");
  const made = await buildDistributions(scenario.venv.made ?? []);
  await prepareVenv({
    workspace,
    path: scenario.venv.path,
    packages: scenario.venv.packages,
    distributions: [...made, ...[...distributions.values()].flat()],
    bootstrapUv: await harness.bootstrap(),
    python: await harness.python(),
    run,
    interpreters: machineryOf(harness).interpreters,
  });
}
