import type { PypiserverBackend } from "../../backend/pypiserver-index.ts";
import type { Authority } from "../../gateway/authority.ts";
import type { PythonInfo, RunProcess } from "../../observation/process.ts";
import type { BuildRule, Tools } from "../../package/tools.ts";
import type { FoundSandbox, SandboxChoice, SandboxNeed } from "../../sandbox/model.ts";
import type { Distribution } from "../../scenario/distribution.ts";
import type { Backend, Scenario } from "../../scenario/model.ts";
import type { ToolName } from "../../scenario/tools.ts";
import type { Release } from "../../uv/binary.ts";
import type { ReleaseStore } from "../../uv/install.ts";
import type { Workspace } from "../../workspace/workspace.ts";

/** What the runs of one process share. Everything is found, fetched or started when it is first asked for, once. */
export interface Harness extends AsyncDisposable {
  readonly version: string;
  readonly cacheDir: string;
  /** Bytes that the cache may take. */
  readonly limit: number;
  readonly baseDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** For preparing; its children end with the harness. Runs have their own. */
  readonly run: RunProcess;
  readonly store: ReleaseStore;
  python(): Promise<PythonInfo>;
  /** A folder of links to the system's tools. */
  systemTools(): Promise<string>;
  /** A uv that installs things; not the one under test. */
  bootstrap(): Promise<string>;
  /** All releases, oldest first. */
  releases(options?: { refresh?: boolean }): Promise<readonly string[]>;
  /** The releases that specifications mean, oldest first, then paths of binaries. */
  select(specs: readonly string[]): Promise<string[]>;
  /** Installs a release, or looks at a binary. */
  release(uv: string): Promise<Release>;
  /** For all Pythons and platforms, as an index has them. */
  realPackages(requirements: readonly string[], asOf: string, rule: BuildRule): Promise<readonly Distribution[]>;
  /** What fetching real packages needs. */
  packageTools(): Promise<Tools>;
  /** Signs for https indexes. */
  authority(): Promise<Authority>;
  /** What keeps runs from the machine: by the harness's own choice, unless one is named. `UserError` where what is named does not work here. */
  sandbox(choice?: SandboxChoice, need?: SandboxNeed): Promise<FoundSandbox>;
  prepare(scenario: Scenario, rule: BuildRule): Promise<Prepared>;
  pypiserver(kind: Exclude<Backend, "embedded">): Promise<PypiserverBackend>;
}

export interface InstalledTool {
  readonly name: ToolName;
  /** Its own environment. */
  readonly folder: string;
  /** SHA-256 of all that is installed. */
  readonly digest: string;
}

/** What all runs of a scenario share: packages and the keyring tool. Depends on neither secrets nor the uv under test. */
export interface Prepared {
  /** By index name, `default` included. */
  readonly distributions: ReadonlyMap<string, readonly Distribution[]>;
  /** SHA-256 of all that, and of the keyring tool. */
  readonly digest: string;
  /** The tool's `keyring`; `null` where the scenario has none. */
  readonly keyringCommand: string | null;
  /** Where that tool is installed: a call from there is `from: "tool"`. */
  readonly keyringToolDir: string | null;
  /** Folders of bare repositories, by the name of their git server. */
  readonly repositories: ReadonlyMap<string, string>;
  /** Programs beside uv, each with where it is installed. */
  readonly tools: readonly InstalledTool[];
  /** Makes the venv that `[venv]` asks for; `null`: none. */
  readonly furnishVenv: ((workspace: Workspace, run: RunProcess) => Promise<void>) | null;
}
