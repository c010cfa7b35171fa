import { conditionWords } from "../condition/table.ts";
import { oneLine } from "../observation/visible-text.ts";
import { distFolder } from "../scenario/distribution.ts";
import type { Change, Scenario, Step } from "../scenario/model.ts";
import type { ExportMaterial } from "./material.ts";
import type { SecretNames } from "./secret-names.ts";
import { input, plainWord, shellWord } from "./shell-text.ts";

/** What the project and the home hold at the start. */
export function projectPart(scenario: Scenario, secrets: SecretNames): string {
  const files = [
    ...Object.entries(scenario.files).map(([path, text]) => put("project", path, text, secrets)),
    ...Object.entries(scenario.home).map(([path, text]) => put("home", path, text, secrets)),
    ...(scenario.venv.state === "created" ? [`"$PYTHON" -m venv --without-pip ${shellWord("{{venv}}", secrets.values)} || exit 125`] : []),
  ];
  return `files() {\n${(files.length === 0 ? [":"] : files).join("\n")}\n}`;
}

/** The commands, one after the other. */
export function stepsPart(scenario: Scenario, options: StepOptions): string {
  return `steps() {\n${scenario.steps.map((step, at) => stepText(scenario, step, at, options)).join("\n\n")}\n}`;
}

interface StepOptions extends Pick<ExportMaterial, "dist"> {
  readonly secrets: SecretNames;
  /** Some host is asked by https. */
  readonly tls: boolean;
}

function stepText(scenario: Scenario, step: Step, at: number, { secrets, tls, dist }: StepOptions): string {
  const word = (text: string): string => shellWord(text, secrets.values);
  const variables = Object.entries({ ...scenario.env, ...step.env }).map(
    // Any name is one argument of \`step\`, never an assignment that the shell reads.
    ([name, text]) => `${plainWord(`${name}=`)}${text === "" ? "" : word(text)}`,
  );
  const flags = [
    ...(step.venv === "active" ? ["--active"] : []),
    ...(step.cwd === "" ? [] : ["--in", word(step.cwd)]),
    ...(step.tls === "none" && tls ? ["--untrusted"] : []),
  ];
  const before = ["step", ...flags, ...variables].join(" ");
  const command = step.argv.map(word).join(" ");
  const apart = variables.length > 0 && before.length + command.length > LONG ? " \\\n    " : " ";
  const shows = [
    ...step.reproduced.map((condition) => `the bug: ${conditionWords(condition)}`),
    ...step.healthy.map((condition) => `healthy: ${conditionWords(condition)}`),
  ];
  const wheels = (dist[at] ?? []).map(plainWord).join(" ");
  return [
    `  # ${at + 1}${step.venv === "active" ? ": the venv is active" : ""}`,
    ...shows.map((line) => `  #   ${oneLine(line)}`),
    ...(step.set.length === 0 ? [] : [`  # Before it, on the indexes: ${step.set.map(changeWords).join("; ")}.`]),
    ...(step.delete.length === 0 ? [] : [`  rm -rf ${step.delete.map((path) => placeOf(path, secrets)).join(" ")} || exit 125`]),
    ...Object.entries(step.write).map(([path, text]) => put("project", path, text, secrets)),
    ...(wheels.length === 0 ? [] : [`  "$PYTHON" "$WORK/dist.py" ${placeOf(distFolder(step), secrets)} ${wheels} || exit 125`]),
    `  ${before}${apart}${command}${step.stdin === null ? "" : ` ${input(step.stdin, secrets.values)}`}`,
  ].join("\n");
}

function changeWords(change: Change): string {
  switch (change.kind) {
    case "user-state":
      return oneLine(`${change.user} of ${change.index} is ${change.state}`);
    case "publish":
      return oneLine(`${change.package.name} ${change.package.version} is published on ${change.index}`);
    case "yank":
      return oneLine(`${change.package} ${change.version} is yanked from ${change.index}`);
    case "faults":
      return oneLine(`${change.index} has ${change.faults.length === 0 ? "no faults" : "other faults"}`);
  }
}

/** Characters of a line beyond which the variables stand on a line of their own. */
const LONG = 110;

function put(folder: "project" | "home", path: string, text: string, secrets: SecretNames): string {
  const place = folder === "home" ? shellWord(`{{home}}/${path}`, secrets.values) : placeOf(path, secrets);
  return `put ${place} ${input(text, secrets.values)}`;
}

function placeOf(path: string, secrets: SecretNames): string {
  if (path.startsWith("{{")) return shellWord(path, secrets.values);
  return shellWord(path.startsWith("~/") ? `{{home}}/${path.slice(2)}` : `{{project}}/${path}`, secrets.values);
}
