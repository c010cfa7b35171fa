import { type ToolName, TOOLS } from "../scenario/tools.ts";
import { otherUvFolder } from "./commands.ts";
import { type Layout, layoutFor, type WorkspacePaths } from "./layout.ts";

/** Names the file that calls of keyring are recorded in. */
export const JOURNAL_VARIABLE = "UV_MRE_KEYRING_JOURNAL";

/** How the steps reach the indexes. */
type Network =
  | { readonly kind: "proxy"; readonly proxyUrl: string }
  | { readonly kind: "loopback"; readonly defaultIndexUrl: string }
  /** Their hosts are there, as they are: in a sandbox. */
  | { readonly kind: "own" };

export interface EnvironmentOptions {
  readonly paths: WorkspacePaths;
  readonly run: string;
  readonly network: Network;
  /** Which step; −1 for a shell. */
  readonly step: number;
  /** The scenario's and the step's own variables, placeholders filled. They win over ours, but for `PYTHONPATH`, which is put after. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the run has a Python of its own, which pip may change. Default: no. */
  readonly ownPython?: boolean;
  /** Absolute path of the active venv; `null`: none is active. */
  readonly activeVenv: string | null;
  /** The release that is `uv`, where it is not the one under test. */
  readonly otherUv?: string | null;
  readonly tls: "file" | "none";
  /** Programs beside uv that are told of the certificate authority, too. */
  readonly tools?: readonly ToolName[];
  /** Whether the scenario has a git server. */
  readonly git?: boolean;
  /** Whether the scenario may have a keyring plugin, in a tool or in a package. Default: yes. */
  readonly keyringPlugin?: boolean;
  /** Whether the scenario writes a pip configuration into home. */
  readonly pipConfig: boolean;
  /** Our own environment: what `Layout.inherited` names is copied from it, nothing else. */
  readonly host: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

export interface AddedVariable {
  readonly name: string;
  readonly value: string;
  /** For people, in reports. */
  readonly why: string;
}

/** The whole environment of a step's process: what is listed here, and nothing that we were started with. */
export function buildEnvironment(options: EnvironmentOptions): Record<string, string> {
  const ours = describeAddedEnvironment(options).map(({ name, value }) => [name, value] as const);
  const environment: Record<string, string> = { ...inherited(options), ...Object.fromEntries(ours), ...options.env };
  const theirs = options.env["PYTHONPATH"];
  if (theirs !== undefined) environment["PYTHONPATH"] = options.paths.probe + layoutFor(options.platform).path.delimiter + theirs;
  return environment;
}

/** Every variable that we set for a step, with the reason, in the order of reports. */
export function describeAddedEnvironment(options: EnvironmentOptions): AddedVariable[] {
  const layout = layoutFor(options.platform);
  const { paths } = options;
  return [
    ...all(
      layout.home(paths.home),
      "a home of the run's own: uv's configuration, cache, tools and credentials, netrc and keyring data are below it",
    ),
    ...all(layout.temporary(paths.tmp), "temporary files end with the run"),
    {
      name: "PATH",
      value: searchPath(options, layout),
      why: "only the uv under test, one Python, the keyring tool if there is one, and a few system tools",
    },
    { name: "LANG", value: "C.UTF-8", why: "the same messages on every machine" },
    { name: "TZ", value: "UTC", why: "the same times on every machine" },
    { name: "XDG_CONFIG_DIRS", value: paths.etc, why: "holds an empty uv.toml, which hides the system's" },
    { name: "UV_PYTHON_DOWNLOADS", value: "never", why: "the run's Python is the only one" },
    { name: "GIT_CONFIG_NOSYSTEM", value: "1", why: "hides the system's git configuration" },
    ...(options.ownPython === true
      ? []
      : [{ name: "PIP_REQUIRE_VIRTUALENV", value: "1", why: "pip outside a venv would change the user's Python" }]),
    ...(options.pipConfig ? [] : [{ name: "PIP_CONFIG_FILE", value: layout.nullDevice, why: "hides the system's pip configuration" }]),
    ...all(layout.noDesktop(paths.etc), "leads nowhere: the desktop's keychain is the user's"),
    ...network(options),
    { name: "PYTHONPATH", value: paths.probe, why: "a sitecustomize that records calls of keyring, and does nothing elsewhere" },
    { name: JOURNAL_VARIABLE, value: keyringJournalFile(paths, options.step, layout), why: "where it records them" },
    ...(options.keyringPlugin !== false
      ? [{ name: "UV_MRE_KEYRING", value: paths.keyringAnswers, why: "what the scenario's keyring plugin answers" }]
      : []),
    { name: "UV_MRE_RUN", value: options.run, why: "marks the run's processes, so that none outlives it" },
    ...(options.activeVenv === null ? [] : [{ name: "VIRTUAL_ENV", value: options.activeVenv, why: "the scenario has the venv active" }]),
  ];
}

/** One file a step, so that a call needs no step number. */
export function keyringJournalFile(
  paths: Pick<WorkspacePaths, "output">,
  step: number,
  layout: Layout = layoutFor(process.platform),
): string {
  return layout.path.join(paths.output, `keyring-${step}.jsonl`);
}

function searchPath({ paths, activeVenv, otherUv }: EnvironmentOptions, layout: Layout): string {
  const venv = activeVenv === null ? [] : [layout.path.join(activeVenv, layout.scripts)];
  const other = otherUv == null ? [] : [otherUvFolder(paths.bin, otherUv, layout)];
  return [...venv, paths.toolCommands, ...other, paths.bin].join(layout.path.delimiter);
}

function network({ network, tls, paths, tools = [], git = false }: EnvironmentOptions): AddedVariable[] {
  if (network.kind === "loopback") {
    const why = "the default index is at a loopback address; nothing else is asked";
    // Releases before 0.4.23 know only the second.
    return ["UV_DEFAULT_INDEX", "UV_INDEX_URL"].map((name) => ({ name, value: network.defaultIndexUrl, why }));
  }
  const why = "the scenario's hosts are answered by a proxy, and no other network is reached";
  const names = network.kind === "own" ? [] : ["HTTP_PROXY", "HTTPS_PROXY"];
  const proxy = names.map((name) => ({ name, value: network.kind === "proxy" ? network.proxyUrl : "", why }));
  if (tls === "none") return proxy;
  const others = [...new Set(tools.flatMap((tool): readonly string[] => TOOLS[tool].trust))];
  const trust = others.map((name) => ({ name, value: paths.ca, why: `the same, for ${namesOf(tools, name)}` }));
  if (git) trust.push({ name: "GIT_SSL_CAINFO", value: paths.ca, why: "the same, for git" });
  return [...proxy, { name: "SSL_CERT_FILE", value: paths.ca, why: "the certificate authority of those hosts" }, ...trust];
}

function namesOf(tools: readonly ToolName[], variable: string): string {
  return tools.filter((tool) => (TOOLS[tool].trust as readonly string[]).includes(variable)).join(" and ");
}

function all(variables: Readonly<Record<string, string>>, why: string): AddedVariable[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value, why }));
}

function inherited({ platform, host }: EnvironmentOptions): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of layoutFor(platform).inherited) {
    const value = host[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
