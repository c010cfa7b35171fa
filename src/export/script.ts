import { UserError } from "../scenario/error.ts";
import { declaresDefaultIndex } from "../scenario/default-index.ts";
import type { Condition, Index, Scenario } from "../scenario/model.ts";
import { oneLine, visible } from "../observation/visible-text.ts";
import { expectationsSource } from "./condition-source.ts";
import { DEFAULT_HOST, type ExportMaterial } from "./material.ts";
import type { ExportedFlavour } from "./flavour-source.ts";
import { stamp } from "./folder.ts";
import { judgeSource } from "./judge-source.ts";
import { KEYRING_ANSWERS_SOURCE, KEYRING_PLUGIN_SOURCE, KEYRING_TOOL_SOURCE } from "./keyring-source.ts";
import { commentLines, type ShellValues, template } from "./shell-text.ts";
import { pythonLiteral } from "./python-literal.ts";
import { serverSource } from "./server-source.ts";
import { projectPart, stepsPart } from "./script-steps.ts";
import { imports } from "./python-source.ts";
import { changesStates, hasPlugin, runnerPart } from "./script-runner.ts";
import { nameSecrets, type SecretNames, usesStale } from "./secret-names.ts";
import { notExportable } from "./support.ts";

export interface ScriptOptions {
  /** Releases that the script was run with, with our own verdict and evidence; `null`: none. */
  readonly verified: readonly string[] | null;
}

/**
 * The scenario as one bash file that needs uv and Python 3 alone. The project's files and the commands come first,
 * what makes them run after them, real wheels (if any) last, as comments.
 *
 * @throws UserError naming everything that a script cannot express.
 */
export function exportScript(scenario: Scenario, material: ExportMaterial, options: ScriptOptions): string {
  const reasons = notExportable(scenario);
  if (reasons.length > 0) {
    throw new UserError(["this scenario cannot be exported:", ...reasons.map((reason) => `  ${reason}`)].join("\n"));
  }
  const secrets = nameSecrets(scenario);
  const usesKeyring = needsKeyring(scenario);
  const tls = asksByTls(scenario);
  const labels = secrets.all.map(({ name, kind }) => (kind === "good" ? name : `${name} (stale)`));
  const expectations = expectationsSource(scenario, labels);
  const parts = [
    header(scenario, options),
    projectPart(scenario, secrets),
    stepsPart(scenario, secrets, tls),
    pythonPart("expected", expectations, "what each step must show"),
    "# All that follows runs the steps and judges them; the index comes last.",
    runnerPart(scenario, {
      secrets,
      usesKeyring,
      tls,
      asksDefault: asksDefault(scenario),
      carries: Object.keys(material.carried).length > 0,
    }),
    pythonPart(
      "judge",
      judgeSource(scenario, {
        expectations,
        keyring: usesKeyring,
        secrets: looksForLeaks(scenario) ? Object.fromEntries(secrets.all.map(({ variable }, at) => [labels[at] ?? "", variable])) : null,
      }),
      "runs a step, shows what it did, and says at the end what it means",
    ),
    ...(usesKeyring ? keyringParts(scenario, material, secrets) : []),
    pythonPart("index", indexSource(scenario, material, secrets), "the index, behind a proxy that reaches nothing else"),
    ...(tls
      ? [
          `authority() { # whoever has the script has the key: it is worth nothing elsewhere\n  cat <<'END'\n${material.ca.trimEnd()}\nEND\n}`,
        ]
      : []),
    "main\nexit",
    ...wheelParts(material),
  ];
  return `${parts.join("\n\n")}\n`;
}

function header(scenario: Scenario, { verified }: ScriptOptions): string {
  const about = visible(scenario.description ?? "").trim();
  const lines = [
    oneLine(scenario.title),
    ...(about === "" ? [] : ["", about]),
    ...(scenario.issue === null ? [] : ["", `See ${oneLine(scenario.issue)}.`]),
    "",
    stamp(verified),
    "",
    "Run it with `bash FILE`. It needs uv (on PATH, or UV=/path/to/uv) and python3 (3.9 or later), asks no network, and",
    "leaves nothing behind. Exit status: 0 healthy, 1 the bug, 125 neither.",
  ];
  return ["#!/usr/bin/env bash", ...lines.flatMap(commentLines)].join("\n");
}

function needsKeyring(scenario: Scenario): boolean {
  const packages = [...scenario.indexes, scenario.defaultIndex].flatMap((index) => index.packages);
  return (
    scenario.keyring !== null ||
    conditionsOf(scenario).some((condition) => condition.kind === "keyring") ||
    packages.some((pkg) => pkg.kind === "generated" && pkg.keyringPlugin !== null)
  );
}

/** Where the scenario names a default index itself, ours would hide it. */
function asksDefault(scenario: Scenario): boolean {
  const told = JSON.stringify([scenario.env, scenario.steps]);
  const own = declaresDefaultIndex(scenario) || /index-url|default-index|UV_INDEX_URL|UV_DEFAULT_INDEX/.test(told);
  return scenario.defaultIndex.packages.length > 0 && !own;
}

function conditionsOf(scenario: Scenario): readonly Condition[] {
  return scenario.steps.flatMap((step) => [...step.reproduced, ...step.healthy]);
}

function looksForLeaks(scenario: Scenario): boolean {
  return conditionsOf(scenario).some((condition) => condition.kind === "leak");
}

function keyringParts(scenario: Scenario, material: ExportMaterial, secrets: SecretNames): string[] {
  const tool = scenario.keyring?.tool ?? null;
  const fill = (text: string): string => template(text, secrets.values);
  const verbatim = (text: string): string => template(text, NOTHING_FILLED);
  const explicit = scenario.keyring?.answers ?? null;
  const answers =
    explicit?.map(({ service, user, password }) => ({
      index: null,
      service: fill(service),
      user: fill(user),
      password: fill(password),
      derived: false,
    })) ??
    scenario.indexes.flatMap((index) =>
      index.users.map((user) => ({
        index: index.name,
        service: verbatim(index.url),
        user: verbatim(user.name),
        password: `\${${secrets.variable("good", index.name, user.name)}}`,
        derived: true,
      })),
    );
  const plugin = hasPlugin(scenario);
  const install = tool === null ? [] : [CARRIED, `${KEYRING_TOOL_SOURCE}${plugin ? KEYRING_PLUGIN_SOURCE : ""}`];
  const program = [
    `ANSWERS = ${pythonLiteral({ tool: tool ?? [], answers })}`,
    ...install.map((part) => part.trimEnd()),
    KEYRING_ANSWERS_SOURCE,
  ].join("\n\n\n");
  const source = `${imports(program)}\n\nWORK = os.environ["WORK"]\n${program}`;
  return [
    pythonPart("keyring", source, `${tool === null ? "" : "installs the keyring tool, and "}writes what the company's plugin answers`),
    ...(plugin ? [pythonPart("plugin", material.plugin, "the company's plugin of the keyring tool")] : []),
    pythonPart("probe", material.probe, "a sitecustomize that records calls of keyring"),
  ];
}

/** A user's name may hold braces: they are its own. */
const NOTHING_FILLED: ShellValues = (name) => [{ kind: "text", value: `{{${name}}}` }];

/** Whether a stand-in for PyPI is ever asked: where uv is led to it, or another index sends it there. */
function reachesDefault(scenario: Scenario): boolean {
  return asksDefault(scenario) || scenario.indexes.some((index) => index.flavour === "gitlab" || index.redirects.length > 0);
}

/** Only an index by http, and no text that says https, is asked without TLS. */
function asksByTls(scenario: Scenario): boolean {
  const { indexes, files, home, env, steps } = scenario;
  return (
    indexes.some(({ url }) => url.startsWith("https:")) ||
    JSON.stringify([files, home, env, steps]).includes("https://") ||
    reachesDefault(scenario)
  );
}

function indexSource(scenario: Scenario, material: ExportMaterial, secrets: SecretNames): string {
  const reached = reachesDefault(scenario);
  const stale = usesStale(scenario);
  const projects = scenario.indexes.filter((index) => index.flavour === "gitlab").length > 1;
  const states = [
    ...scenario.indexes.flatMap((index) => index.users.map((user) => user.state)),
    ...scenario.steps.flatMap((step) => step.set.flatMap((change) => (change.kind === "user-state" ? [change.state] : []))),
  ];
  const uses = {
    limited: projects || states.some((state) => state === "guest" || state === "no-access"),
    gone: stale || states.some((state) => state === "expired" || state === "revoked"),
    open: reached || scenario.indexes.some((index) => index.public || index.users.length === 0),
    strangers: scenario.indexes.some((index) => index.public),
    stale,
    states: changesStates(scenario),
    redirects: scenario.indexes.some((index) => index.redirects.length > 0),
    caching: scenario.indexes.some((index) => index.cacheControl !== null),
    projects,
    metadata: [...scenario.indexes, ...(reached ? [scenario.defaultIndex] : [])].some(
      (index) => index.metadata && (material.wheels[index.name] ?? []).length > 0,
    ),
    requiresPython:
      Object.keys(material.carried).length > 0 ||
      Object.values(material.built).some((files) => /^Requires-Python:/m.test(Object.values(files).join("\n"))),
    azure: scenario.indexes.some((index) => index.flavour === "azure-devops"),
    gitlab: scenario.indexes.some((index) => index.flavour === "gitlab"),
    tls: asksByTls(scenario),
  };
  const seats = scenario.indexes.map((index) => {
    const url = new URL(index.url);
    return {
      flavour: index.flavour as ExportedFlavour,
      settings: {
        name: index.name,
        origin: url.origin,
        path: url.pathname,
        ...(index.flavour === "simple" ? { below: index.options["files-below"] ?? url.pathname } : {}),
        ...(index.flavour === "gitlab" ? { numeric: numericRoot(index) } : {}),
        ...(index.flavour === "azure-devops" ? { guid: material.guids[index.name] ?? "" } : {}),
        ...(index.public ? { public: true } : {}),
        ...(index.metadata && uses.metadata ? { metadata: true } : {}),
        ...(index.cacheControl === null ? {} : { caching: { "Cache-Control": index.cacheControl } }),
        ...(index.redirects.length > 0 ? { redirects: index.redirects.map(redirectSettings) } : {}),
        ...(index.users.length === 0 ? {} : { users: usersOf(index, secrets, stale) }),
        wheels: material.wheels[index.name] ?? [],
      },
    };
  });
  const pypi = {
    flavour: "pypi" as const,
    settings: {
      origin: `https://${DEFAULT_HOST}`,
      path: "/simple/",
      ...(scenario.defaultIndex.metadata && uses.metadata ? { metadata: true } : {}),
      wheels: material.wheels["default"] ?? [],
    },
  };
  const served = [...scenario.indexes.map(({ name }) => name), ...(reached ? ["default"] : [])].flatMap(
    (name) => material.wheels[name] ?? [],
  );
  return serverSource({
    uses,
    indexes: [...seats, ...(reached ? [pypi] : [])],
    built: Object.fromEntries(Object.entries(material.built).filter(([file]) => served.includes(file))),
    carried: Object.keys(material.carried).length > 0 ? CARRIED : null,
    key: material.key,
    certificates: Object.fromEntries(Object.entries(material.certificates).filter(([host]) => reached || host !== DEFAULT_HOST)),
  });
}

/** What stands for PyPI has no name in the journal, and so none here. */
function redirectSettings({ to, credentials, ...redirect }: Index["redirects"][number]): unknown {
  return { to: to === "default" ? null : to, ...redirect, credentials: typeof credentials === "string" ? credentials : credentials.user };
}

function usersOf(index: Index, secrets: SecretNames, stale: boolean): unknown {
  return Object.fromEntries(
    index.users.map(({ name, state }) => [
      name,
      {
        state,
        secret: secrets.variable("good", index.name, name),
        ...(stale ? { stale: secrets.variable("stale", index.name, name) } : {}),
      },
    ]),
  );
}

/** The path that gitlab's links begin with: up to `/packages/pypi/`, by the numeric id. */
function numericRoot(index: Index): string {
  const root = new URL(index.url).pathname.replace(/simple\/$/, "");
  const { id } = index.options;
  return root.replace(/(\/(?:projects|groups)\/)(?!\d+\/)[^/]+\//, (_, before: string) => `${before}${id ?? 1}/`);
}

const CARRIED = `def carried():
    """The wheels that stand behind the script's last command, by file name."""
    wheels, name = {}, None
    with open(os.environ["SCRIPT"]) as script:
        for line in script:
            if line.startswith("# wheel "):
                name = line.split()[2]
                wheels[name] = ""
            elif name:
                wheels[name] += line[2:].strip()
    return {name: base64.b64decode(text) for name, text in wheels.items()}`;

function pythonPart(name: string, source: string, about: string): string {
  return `${name}_py() { # ${about}\n  cat <<'END_OF_PYTHON'\n${source.trimEnd()}\nEND_OF_PYTHON\n}`;
}

/** Behind `exit`, and comments, so that neither bash nor a linter minds them. */
function wheelParts({ carried }: ExportMaterial): string[] {
  const wheels = Object.entries(carried).map(
    ([name, text]) => `# wheel ${name}\n${(text.match(/.{1,116}/g) ?? []).map((line) => `# ${line}`).join("\n")}`,
  );
  return wheels.length === 0 ? [] : [`${WHEELS_START}\n${wheels.join("\n")}`];
}

/** The line before the wheels. */
export const WHEELS_START = "# The real packages as PyPI has them, unchanged, in base64.";
