import { UserError } from "../scenario/error.ts";
import { declaresDefaultIndex } from "../scenario/default-index.ts";
import { derivedAnswer } from "../scenario/keyring-answer.ts";
import type { Condition, Scenario } from "../scenario/model.ts";
import { RECORDED_HEADERS } from "../observation/model.ts";
import { labelOf, markOf } from "../observation/secret.ts";
import { oneLine, visible } from "../observation/visible-text.ts";
import type { ExportMaterial } from "./material.ts";
import { stamp } from "./folder.ts";
import { jsonDocument } from "./json-document.ts";
import { judgeData } from "./judge-data.ts";
import { commentLines, verbatimInput, type ShellValues, template } from "./shell-text.ts";
import { projectPart, stepsPart } from "./script-steps.ts";
import { hasPlugin, settingsPart } from "./script-settings.ts";
import { nameSecrets, type SecretNames } from "./secret-names.ts";
import { notExportable } from "./not-exportable.ts";

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
  const tls = asksByTls(scenario);
  const keyring = needsKeyring(scenario);
  const parts = [
    header(scenario, options),
    projectPart(scenario, secrets),
    stepsPart(scenario, { secrets, tls, dist: material.dist }),
    "# All that follows is the same in every script, but for its data: it runs the steps and judges them.",
    settingsPart(scenario, {
      secrets,
      keyring,
      asksDefault: asksDefault(scenario),
      carries: Object.keys(material.carried).length > 0,
      pythonMinor: pythonMinor(scenario),
    }),
    programPart(material, "run.sh").replace(/^#!.*\n/, ""),
    unpackPart(scenario, material, { secrets, tls, keyring }),
    "main",
    ...wheelParts(material),
  ];
  return `${parts.join("\n\n")}\n`;
}

interface UnpackOptions {
  readonly secrets: SecretNames;
  readonly tls: boolean;
  readonly keyring: boolean;
}

/** The programs and what they read, each as a file in the script's folder; only what this scenario uses. */
function unpackPart(scenario: Scenario, material: ExportMaterial, { secrets, tls, keyring }: UnpackOptions): string {
  const { table } = material;
  const leaks = looksFor(scenario, "leak");
  const judge = judgeData(scenario, {
    keyring,
    secrets: leaks ? Object.fromEntries(secrets.all.map((secret) => [labelOf(secret), secret.variable])) : null,
  });
  const index = {
    secrets: secrets.all.map(({ variable }) => variable),
    labels: Object.fromEntries(secrets.all.map((secret) => [secret.variable, markOf(secret)])),
    recorded: RECORDED_HEADERS,
    key: tls ? material.key : "",
    certificates: tls ? material.certificates : {},
    ...table,
  };
  const hasFaults = table.indexes.some(({ faults }) => Object.keys(faults).length > 0);
  const rows = table.indexes.flatMap((each) => Object.values(each.rows).flat());
  const takesUploads = rows.some(([methods, , cell]) => methods.includes("POST") && typeof cell === "object" && !Array.isArray(cell));
  const file = (name: string, text: string): string => `  put "$WORK/${name}" ${verbatimInput(text.replace(/\n*$/, "\n"))}`;
  const program = (name: string, as = name): string => file(as, programPart(material, name));
  const data = (name: string, value: unknown): string => file(name, jsonDocument(value));
  const files = [
    data("judge.json", judge),
    program("judge.py"),
    ...(leaks ? [program("leaks.py")] : []),
    ...(looksFor(scenario, "installed") ? [program("installed.py")] : []),
    ...(looksFor(scenario, "lock") ? [program("lock.py")] : []),
    ...(scenario.supported === null ? [] : [program("supports.py")]),
    ...(keyring
      ? [
          data("keyring.json", keyringData(scenario, material, secrets)),
          program("keyring_setup.py"),
          program("calls.py"),
          program("sitecustomize.py", "probe/sitecustomize.py"),
        ]
      : []),
    data("wheels.json", material.built),
    program("wheels.py"),
    ...(material.dist.some((names) => names.length > 0) ? [program("dist.py")] : []),
    data("index.json", index),
    ...(hasFaults ? [program("faults.py")] : []),
    ...(takesUploads ? [program("uploads.py")] : []),
    program("index.py"),
    // Whoever has the script has the key: it is worth nothing elsewhere.
    ...(tls ? [file("ca.pem", material.ca)] : []),
  ];
  return `unpack() { # the programs, and what they read\n${files.join("\n")}\n}`;
}

/** As it is in `programs/export`, but for blank lines, and indented by tabs: a script must fit into an issue. */
function programPart({ programs }: ExportMaterial, name: string): string {
  const text = programs[name];
  if (text === undefined) throw new Error(`no program ${name}`);
  const indent = name.endsWith(".py") ? 4 : 2;
  return text
    .replaceAll(/\n{2,}/g, "\n")
    .replaceAll(/^ +/gm, (spaces) => "\t".repeat(spaces.length / indent))
    .trimEnd();
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
    `Run it with \`bash FILE\`. It needs uv (on PATH, or UV=/path/to/uv) and python3 (3.${pythonMinor(scenario)} or later), asks no network, and`,
    "leaves nothing behind. Exit status: 0 healthy, 1 the bug, 125 neither.",
  ];
  return ["#!/usr/bin/env bash", ...lines.flatMap(commentLines)].join("\n");
}

/** A lock file is TOML, which Python reads since 3.11. */
function pythonMinor(scenario: Scenario): number {
  return looksFor(scenario, "lock") ? 11 : 9;
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
export function asksDefault(scenario: Scenario): boolean {
  const told = JSON.stringify([scenario.env, scenario.steps]);
  const own = declaresDefaultIndex(scenario) || /(?<!extra-)index-url|default-index|UV_INDEX_URL|UV_DEFAULT_INDEX/.test(told);
  return scenario.defaultIndex.packages.length > 0 && !own;
}

function conditionsOf(scenario: Scenario): readonly Condition[] {
  return scenario.steps.flatMap((step) => [...step.reproduced, ...step.healthy]);
}

function looksFor(scenario: Scenario, kind: Condition["kind"]): boolean {
  return conditionsOf(scenario).some((condition) => condition.kind === kind);
}

/** What sets up the company's keyring plugin: its answers, and itself where the real keyring is a tool. */
function keyringData(scenario: Scenario, { programs }: ExportMaterial, secrets: SecretNames): unknown {
  const fill = (text: string): string => template(text, secrets.values);
  const verbatim = (text: string): string => template(text, NOTHING_FILLED);
  const explicit = scenario.keyring?.answers ?? null;
  const answers =
    explicit?.map(({ service, match, user, gives, needsUser, password }) => ({
      index: null,
      service: fill(service),
      match,
      user: user === null ? null : fill(user),
      gives: fill(gives),
      needsUser,
      anyCredential: false,
      password: fill(password),
    })) ??
    scenario.indexes.flatMap((index) =>
      index.users.flatMap((user) => {
        const derived = derivedAnswer(index, user, index.url);
        if (derived === null) return [];
        const { service, gives, user: only, ...answer } = derived;
        const password = `\${${secrets.variable("good", index.name, user.name)}}`;
        return [{ ...answer, service: verbatim(service), user: only === null ? null : verbatim(only), gives: verbatim(gives), password }];
      }),
    );
  return {
    install: scenario.keyring?.tool != null,
    tool: scenario.keyring?.tool ?? [],
    answers,
    plugin: hasPlugin(scenario)
      ? {
          "company_keyring.py": programs["keyring_backend.py"],
          "keyring_backend.json": '{"indexes": null}',
          "company_keyring-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: company-keyring\nVersion: 1.0\n",
          "company_keyring-1.0.dist-info/entry_points.txt": "[keyring.backends]\ncompany = company_keyring\n",
        }
      : {},
  };
}

/** A user's name may hold braces: they are its own. */
const NOTHING_FILLED: ShellValues = (name) => [{ kind: "text", value: `{{${name}}}` }];

/** Only an index by http, and no text that says https, is asked without TLS. */
export function asksByTls(scenario: Scenario): boolean {
  const { indexes, files, home, env, steps } = scenario;
  const redirected = indexes.some((index) => index.flavour === "gitlab" || index.redirects.length > 0);
  return JSON.stringify([indexes, files, home, env, steps]).includes("https://") || redirected || asksDefault(scenario);
}

/** Comments, so that neither bash nor a linter minds them. */
function wheelParts({ carried }: ExportMaterial): string[] {
  const wheels = Object.entries(carried).map(
    ([name, text]) => `# wheel ${name}\n${(text.match(/.{1,116}/g) ?? []).map((line) => `# ${line}`).join("\n")}`,
  );
  return wheels.length === 0 ? [] : [`${WHEELS_START}\n${wheels.join("\n")}`];
}

/** The line before the wheels. */
export const WHEELS_START = "# The real packages as PyPI has them, unchanged, in base64.";
