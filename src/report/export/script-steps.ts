import type { Scenario, Step } from "../../scenario/model.ts";
import type { SecretNames } from "./secret-names.ts";
import { hereDocument, plainWord, shellWord } from "./shell-text.ts";

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
export function stepsPart(scenario: Scenario, secrets: SecretNames): string {
  return `steps() {\n${scenario.steps.map((step, at) => stepText(scenario, step, at, secrets)).join("\n\n")}\n}`;
}

function stepText(scenario: Scenario, step: Step, at: number, secrets: SecretNames): string {
  const word = (text: string): string => shellWord(text, secrets.values);
  const variables = Object.entries({ ...scenario.env, ...step.env }).map(
    // Any name is one argument of \`step\`, never an assignment that the shell reads.
    ([name, text]) => `${plainWord(`${name}=`)}${text === "" ? "" : word(text)}`,
  );
  const flags = [
    ...(step.venv === "active" ? ["--active"] : []),
    ...(step.cwd === "" ? [] : ["--in", word(step.cwd)]),
    ...(step.tls === "none" ? ["--untrusted"] : []),
  ];
  const command = ["step", ...flags, ...variables, ...step.argv.map(word)].join(" ");
  const changes = step.set.flatMap((change) =>
    change.kind === "user-state" ? [`set_state ${plainWord(change.index)} ${plainWord(change.user)} ${change.state}`] : [],
  );
  return [
    `  # ${at + 1}${step.venv === "active" ? ": the venv is active" : ""}`,
    ...changes.map((line) => `  ${line}`),
    ...step.delete.map((path) => `  rm -rf ${placeOf(path, secrets)} || exit 125`),
    ...Object.entries(step.write).map(([path, text]) => put("project", path, text, secrets)),
    `  ${command}${step.stdin === null ? "" : ` ${hereDocument(step.stdin, secrets.values)}`}`,
  ].join("\n");
}

function put(folder: "project" | "home", path: string, text: string, secrets: SecretNames): string {
  return `put ${shellWord(`{{${folder}}}/${path}`, secrets.values)} ${hereDocument(text, secrets.values)}`;
}

function placeOf(path: string, secrets: SecretNames): string {
  if (path.startsWith("{{")) return shellWord(path, secrets.values);
  return shellWord(path.startsWith("~/") ? `{{home}}/${path.slice(2)}` : `{{project}}/${path}`, secrets.values);
}
