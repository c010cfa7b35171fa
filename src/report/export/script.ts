import { UserError } from "../../scenario/error.ts";
import { declaresDefaultIndex } from "../../scenario/default-index.ts";
import type { Condition, Index, Scenario } from "../../scenario/model.ts";
import { conditionWords } from "../condition-words.ts";
import { oneLine, visible } from "../visible-text.ts";
import { DEFAULT_HOST, type ExportMaterial } from "./material.ts";
import { stamp } from "./folder.ts";
import { judgeSource } from "./judge-source.ts";
import { KEYRING_ANSWERS_SOURCE, KEYRING_TOOL_SOURCE } from "./keyring-source.ts";
import { commentLines, type ShellValues, template } from "./shell-text.ts";
import { pythonLiteral } from "./python-literal.ts";
import { type ExportedFlavour, serverSource } from "./server-source.ts";
import { projectPart, stepsPart } from "./script-steps.ts";
import { runnerPart } from "./script-runner.ts";
import { nameSecrets, type SecretNames } from "./secret-names.ts";
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
  const parts = [
    header(scenario, options),
    projectPart(scenario, secrets),
    stepsPart(scenario, secrets),
    runnerPart(scenario, {
      secrets,
      usesKeyring,
      asksDefault: asksDefault(scenario),
      carries: Object.keys(material.carried).length > 0,
    }),
    judgePart(scenario, secrets),
    ...(usesKeyring ? keyringParts(scenario, material, secrets) : []),
    pythonPart("index", indexSource(scenario, material, secrets)),
    `authority() { # whoever has the script has the key: it is worth nothing elsewhere\n  cat <<'END'\n${material.ca.trimEnd()}\nEND\n}`,
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

function expectations(scenario: Scenario): unknown {
  const side = (conditions: Scenario["steps"][number]["healthy"]): unknown =>
    conditions.map((condition) => {
      const { path: _, ...rest } = condition;
      if (rest.kind === "stdout" || rest.kind === "stderr") return { kind: rest.kind, words: conditionWords(condition), ...rest.text };
      if (!("quantifier" in rest)) return { ...rest, words: conditionWords(condition) };
      const match = Object.fromEntries(Object.entries(rest.match).map(([key, value]) => [key, Array.isArray(value) ? value : [value]]));
      if (rest.quantifier !== "count") return { ...rest, match, words: conditionWords(condition) };
      const { min, max } = rest.count;
      return { ...rest, match, count: [min, Number.isFinite(max) ? max : null], words: conditionWords(condition) };
    });
  return scenario.steps.map((step) => ({ exit: step.exit, reproduced: side(step.reproduced), healthy: side(step.healthy) }));
}

function judgePart(scenario: Scenario, secrets: SecretNames): string {
  const leaks = looksForLeaks(scenario);
  const files = conditionsOf(scenario).some((condition) => condition.kind === "file");
  const head = [
    ...["fnmatch", "json", "os", "re", "signal", "subprocess", "sys"].map((name) => `import ${name}`),
    ...(leaks ? ["from base64 import b64encode", "from urllib.parse import unquote, urlsplit"] : ["from urllib.parse import urlsplit"]),
    "",
    'WORK = os.environ["WORK"]',
    `STEPS = ${pythonLiteral(expectations(scenario))}`,
    ...(scenario.supported === null ? [] : [`SUPPORTED = ${pythonLiteral(scenario.supported.split(",").map((each) => each.trim()))}`]),
    ...(leaks
      ? [
          `SECRETS = ${pythonLiteral(Object.fromEntries(secrets.all.map(({ name, kind, variable }) => [kind === "good" ? name : `${name} (stale)`, variable])))}`,
        ]
      : []),
  ];
  return pythonPart("judge", `${head.join("\n")}\n\n\n${judgeSource({ files, leaks, supported: scenario.supported !== null })}`);
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
  const head =
    "import glob\nimport io\nimport json\nimport os\nimport re\nimport string\nimport sys\nimport venv\nimport zipfile\nfrom base64 import b64decode\n\n";
  const install =
    tool === null ? "" : `${CARRIED}\nPLUGIN = ${tool.length === 0 ? "None" : pythonLiteral(material.plugin)}\n${KEYRING_TOOL_SOURCE}`;
  const source = `${head}WORK = os.environ["WORK"]\nANSWERS = ${pythonLiteral({ tool: tool ?? [], answers })}\n\n\n${install}${KEYRING_ANSWERS_SOURCE}`;
  return [pythonPart("keyring", source), pythonPart("probe", material.probe)];
}

/** A user's name may hold braces: they are its own. */
const NOTHING_FILLED: ShellValues = (name) => [{ kind: "text", value: `{{${name}}}` }];

function indexSource(scenario: Scenario, material: ExportMaterial, secrets: SecretNames): string {
  const redirects = scenario.indexes.some((index) => index.redirects.length > 0);
  const seats = scenario.indexes.map((index) => {
    const url = new URL(index.url);
    const files = index.options["files-below"] ?? url.pathname;
    return {
      name: index.name,
      flavour: index.flavour,
      origin: url.origin,
      path: url.pathname,
      ...(index.flavour === "simple" ? { files } : {}),
      ...(index.flavour === "gitlab" ? { numeric: numericRoot(index) } : {}),
      ...(index.flavour === "azure-devops" ? { guid: material.guids[index.name] ?? "" } : {}),
      ...(redirects
        ? {
            redirects: index.redirects.map(({ credentials, ...redirect }) => ({
              ...redirect,
              credentials: typeof credentials === "string" ? credentials : credentials.user,
            })),
          }
        : {}),
      public: index.public,
      metadata: index.metadata,
      ...(index.cacheControl === null ? {} : { caching: index.cacheControl }),
      users: Object.fromEntries(
        index.users.map(({ name, state }) => [
          name,
          { state, good: secrets.variable("good", index.name, name), stale: secrets.variable("stale", index.name, name) },
        ]),
      ),
      wheels: material.wheels[index.name] ?? [],
    };
  });
  const fallback = {
    name: "default",
    flavour: "default",
    origin: `https://${DEFAULT_HOST}`,
    path: "/simple/",
    ...(redirects ? { redirects: [] } : {}),
    public: true,
    metadata: scenario.defaultIndex.metadata,
    users: {},
    wheels: material.wheels["default"] ?? [],
  };
  const data = [
    `INDEXES = ${pythonLiteral([...seats, fallback])}`,
    `# Wheels that are built here: path inside -> text. Those of compiled packages hold their metadata only: nothing calls them.`,
    `BUILT = ${pythonLiteral(material.built)}`,
    `KEY = ${pythonLiteral(material.key)}`,
    `CERTIFICATES = ${pythonLiteral(material.certificates)}`,
  ];
  const flavours = new Set(scenario.indexes.map((index) => index.flavour as ExportedFlavour));
  const projects = scenario.indexes.filter((index) => index.flavour === "gitlab").length > 1;
  const caching = scenario.indexes.some((index) => index.cacheControl !== null);
  const carried = Object.keys(material.carried).length > 0 ? CARRIED : "def carried():\n    return {}\n";
  return `${INDEX_HEAD}${carried}\n\n${data.join("\n")}\n${serverSource(flavours, { redirects, projects, caching })}`;
}

/** The path that gitlab's links begin with: up to `/packages/pypi/`, by the numeric id. */
function numericRoot(index: Index): string {
  const root = new URL(index.url).pathname.replace(/simple\/$/, "");
  const { id } = index.options;
  return root.replace(/(\/(?:projects|groups)\/)(?!\d+\/)[^/]+\//, (_, before: string) => `${before}${id ?? 1}/`);
}

const INDEX_HEAD = `import base64
import hashlib
import html
import http.server
import io
import json
import os
import re
import ssl
import threading
import time
import zipfile
from base64 import b64decode
from urllib.parse import quote, unquote, urlsplit

WORK = os.environ["WORK"]


`;

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
    return {name: b64decode(text) for name, text in wheels.items()}

`;

function pythonPart(name: string, source: string): string {
  return `${name}_py() {\n  cat <<'END_OF_PYTHON'\n${source.trimEnd()}\nEND_OF_PYTHON\n}`;
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
