import type { Scenario } from "../scenario/model.ts";
import { SYSTEM_TOOLS } from "../scenario/system-tools.ts";
import { DEFAULT_HOST } from "./material.ts";
import type { SecretNames } from "./secret-names.ts";
import { plainWord, shellWord } from "./shell-text.ts";

export interface RunnerOptions {
  readonly secrets: SecretNames;
  readonly usesKeyring: boolean;
  /** Some host is asked by https. */
  readonly tls: boolean;
  /** uv must be led to the stand-in for PyPI. */
  readonly asksDefault: boolean;
  /** Wheels stand behind the script's end. */
  readonly carries: boolean;
}

/** The shell functions that run the steps; only what this scenario uses. */
export function runnerPart(scenario: Scenario, options: RunnerOptions): string {
  return [
    ...(puts(scenario) ? [putFunction(scenario)] : []),
    ...(changesStates(scenario) ? [SET_STATE] : []),
    stepFunction(scenario, options),
    mainFunction(scenario, options),
  ].join("\n\n");
}

function puts({ files, home, steps }: Scenario): boolean {
  return [files, home, ...steps.map((step) => step.write)].some((texts) => Object.keys(texts).length > 0);
}

/** The keyring tool knows some index's users. */
export function hasPlugin({ keyring }: Scenario): boolean {
  return keyring?.tool != null && keyring.tool.length > 0;
}

/** A user may do something else from some step on. */
export function changesStates(scenario: Scenario): boolean {
  return scenario.steps.some((step) => step.set.length > 0);
}

function putFunction({ files, home, steps }: Scenario): string {
  const programs = [files, home, ...steps.map((step) => step.write)].flatMap(Object.values<string>).some((text) => text.startsWith("#!"));
  return lines([
    "put() { # FILE, its text on standard input",
    '  { mkdir -p "$(dirname "$1")" && cat >"$1"; } || exit 125',
    ...(programs ? [`  if [ "$(head -c 2 "$1")" = '#!' ]; then chmod +x "$1"; fi`] : []),
    "}",
  ]);
}

const SET_STATE = `set_state() { # INDEX USER STATE, from now on
  printf '%s\\t%s\\t%s\\n' "$1" "$2" "$3" >>"$WORK/states"
}`;

function stepFunction(scenario: Scenario, options: RunnerOptions): string {
  const { steps } = scenario;
  const some = (holds: (step: Scenario["steps"][number]) => boolean): boolean => steps.some(holds);
  const active = some((step) => step.venv === "active");
  const inside = some((step) => step.cwd !== "");
  const untrusted = options.tls && some((step) => step.tls === "none");
  const pip = Object.keys(scenario.home).some((path) => path.endsWith("pip.conf"));
  return lines([
    "step() { # [NAME=VALUE …] COMMAND …, with nothing else from the environment",
    "  STEP=$((STEP + 1))",
    '  echo "$STEP" >"$WORK/step"',
    '  local path="$WORK/home/.local/bin:$WORK/bin" folder="$WORK/project"' + (active ? " venv" : ""),
    "  local variables=(",
    '    HOME="$WORK/home" USER=user TMPDIR="$WORK/tmp" LANG=C.UTF-8 TZ=UTC UV_PYTHON_DOWNLOADS=never',
    "    # Nothing of this machine's configuration and keychains.",
    `    XDG_CONFIG_DIRS="$WORK/etc" GIT_CONFIG_NOSYSTEM=1 PIP_REQUIRE_VIRTUALENV=1 ${pip ? "" : "PIP_CONFIG_FILE=/dev/null "}DBUS_SESSION_BUS_ADDRESS="unix:path=$WORK/etc/none"`,
    "    # The index answers for the scenario's hosts.",
    '    HTTP_PROXY="http://127.0.0.1:$PORT" HTTPS_PROXY="http://127.0.0.1:$PORT"',
    ...(options.asksDefault
      ? [
          "    # In place of PyPI, for which nobody else has a certificate. Old releases read the second.",
          `    UV_DEFAULT_INDEX=https://${DEFAULT_HOST}/simple/ UV_INDEX_URL=https://${DEFAULT_HOST}/simple/`,
        ]
      : []),
    ...(options.usesKeyring
      ? [
          "    # A sitecustomize that records calls of keyring; what the company's plugin answers.",
          '    PYTHONPATH="$WORK/probe" UV_MRE_KEYRING_JOURNAL="$WORK/$STEP.keyring" UV_MRE_KEYRING="$WORK/answers.json"',
        ]
      : []),
    ...(untrusted || !options.tls ? [] : ['    SSL_CERT_FILE="$WORK/ca.pem"']),
    "  )",
    ...(active
      ? [
          '  if [ "$1" = --active ]; then',
          "    shift",
          `    venv=${shellWord("{{venv}}", options.secrets.values)}`,
          '    path="$venv/bin:$path"',
          '    variables+=(VIRTUAL_ENV="$venv")',
          "  fi",
        ]
      : []),
    ...(inside ? ['  if [ "$1" = --in ]; then', '    folder="$folder/$2"', "    shift 2", "  fi"] : []),
    ...(untrusted ? ['  if [ "$1" = --untrusted ]; then shift; else variables+=(SSL_CERT_FILE="$WORK/ca.pem"); fi'] : []),
    `  printf '\\n%d $ %s\\n' "$STEP" "$*"`,
    "  # A signal interrupts a wait, and no command in the foreground.",
    '  "$PYTHON" "$WORK/judge.py" step "$STEP" "$folder" "${variables[@]}" PATH="$path" "$@" <&0 &',
    "  RUNNING=$!",
    '  wait "$RUNNING" || verdict',
    "  RUNNING=''",
    "}",
  ]);
}

function mainFunction(scenario: Scenario, { secrets, usesKeyring, tls, carries }: RunnerOptions): string {
  const tool = scenario.keyring?.tool != null;
  return lines([
    'judge() { "$PYTHON" "$WORK/judge.py" "$@"; }',
    "",
    "verdict() { # 0, 1 or 125; 125 also where Python or the index failed",
    '  kill -0 "$INDEX" || exit 125',
    "  judge end",
    "  case $? in 0) return 0 ;; 10) return 1 ;; *) return 125 ;; esac",
    "}",
    "",
    "cannot() { # WHY",
    `  echo "$1" >&2`,
    "  exit 125",
    "}",
    "",
    "main() {",
    "  set -u",
    "  UV=${UV:-$(type -P uv)} || cannot 'uv is not on PATH, and UV= names none'",
    "  case $UV in /*) ;; *) UV=$PWD/$UV ;; esac",
    `  if [ ! -f "$UV" ] || [ ! -x "$UV" ]; then cannot "UV=$UV is no program"; fi`,
    "  # Not a version manager's shim, which fails under another home.",
    `  PYTHON=$(python3 -c 'import sys; sys.version_info >= (3, 9) or sys.exit(1); print(getattr(sys, "_base_executable", sys.executable))') ||`,
    "    cannot 'python3 is not on PATH, or is older than 3.9'",
    '  WORK=$(mktemp -d) && WORK=$(cd "$WORK" && pwd -P) || exit 125',
    "  STEP=0 INDEX='' RUNNING=''",
    `  trap 'kill $RUNNING $INDEX 2>/dev/null; wait; rm -rf "$WORK"' EXIT`,
    "  trap 'exit 130' INT TERM HUP",
    "  export WORK PYTHON",
    ...(carries
      ? [
          "  export SCRIPT=$0",
          `  [ -f "$SCRIPT" ] || cannot 'run it as a file: bash FILE'`,
          `  grep -q '^# wheel ' "$SCRIPT" || cannot 'the packages behind its end are left out: uv-mre export writes the whole script'`,
        ]
      : []),
    ...(secrets.all.length > 0
      ? [
          "",
          "  # Fresh in every run.",
          ...secrets.all.map(({ variable, kind }) => `  ${variable}=$(secret ${kind})`),
          `  export ${secrets.all.map(({ variable }) => variable).join(" ")}`,
        ]
      : []),
    "",
    '  mkdir -p "$WORK"/{project,home,tmp,bin,etc/uv}',
    `  touch "$WORK/etc/uv/uv.toml" "$WORK/requests"${changesStates(scenario) ? ' "$WORK/states"' : ""}`,
    '  echo 0 >"$WORK/step"',
    '  ln -s "$UV" "$WORK/bin/uv"',
    '  if [ -x "$(dirname "$UV")/uvx" ]; then ln -s "$(dirname "$UV")/uvx" "$WORK/bin/uvx"; fi',
    "  for name in python python3; do",
    `    printf '#!/bin/sh\\nexec "%s" "$@"\\n' "$PYTHON" >"$WORK/bin/$name" && chmod +x "$WORK/bin/$name"`,
    "  done",
    "  # No folder of the system is on PATH: a keyring there would answer.",
    ...wrapped(SYSTEM_TOOLS.join(" ")),
    `    path=$(type -P "$name") && ln -s "$path" "$WORK/bin/$name"`,
    "  done",
    "",
    ...(tls ? ['  authority >"$WORK/ca.pem"'] : []),
    '  { expected_py && judge_py; } >"$WORK/judge.py"',
    '  index_py >"$WORK/index.py"',
    ...(usesKeyring
      ? [
          '  mkdir "$WORK/probe"',
          '  probe_py >"$WORK/probe/sitecustomize.py"',
          ...(hasPlugin(scenario) ? ['  plugin_py >"$WORK/plugin.py"'] : []),
          `  keyring_py | "$PYTHON" - || exit 125${tool ? " # the tool, on PATH as keyring" : ""}`,
        ]
      : []),
    '  mkfifo "$WORK/port"',
    '  "$PYTHON" "$WORK/index.py" >"$WORK/port" &',
    "  INDEX=$!",
    '  read -r PORT <"$WORK/port" || exit 125',
    "",
    "  local version",
    "  # As a step starts it: a version manager's shim fails there, and would be taken for uv.",
    `  version=$(env -i HOME="$WORK/home" PATH="$WORK/bin" "$WORK/bin/uv" --version) || cannot "$UV --version fails in a clean environment"`,
    '  echo "$version"',
    ...(scenario.supported === null
      ? []
      : [
          "  version=${version#uv }",
          '  judge uv "${version%% *}"',
          `  case $? in 0) ;; 3) cannot ${plainWord(`=> neither: this is about uv ${scenario.supported}, and not about this release`)} ;; *) exit 125 ;; esac`,
        ]),
    "  files",
    "  steps </dev/null",
    "  verdict",
    "}",
    ...(secrets.all.length > 0
      ? ["", `secret() { "$PYTHON" -c 'import secrets, sys; print("umre-" + sys.argv[1] + "-" + secrets.token_hex(16))' "$1"; }`]
      : []),
  ]);
}

/** The head of a loop over these words, in lines of bearable length. */
function wrapped(words: string): string[] {
  const [first = "", ...rest] = words.match(/.{1,100}(?= |$)/g) ?? [];
  return [`  for name in ${first.trim()}`, ...rest.map((line) => `    ${line.trim()}`)].map(
    (line, at, all) => line + (at < all.length - 1 ? " \\" : "; do"),
  );
}

function lines(texts: readonly string[]): string {
  return texts.join("\n");
}
