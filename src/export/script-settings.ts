import type { Scenario } from "../scenario/model.ts";
import { SYSTEM_TOOLS } from "../scenario/system-tools.ts";
import { DEFAULT_HOST } from "./material.ts";
import type { SecretNames } from "./secret-names.ts";
import { plainWord } from "./shell-text.ts";

export interface SettingsOptions {
  readonly secrets: SecretNames;
  /** Calls of keyring are recorded. */
  readonly keyring: boolean;
  /** uv must be led to the stand-in for PyPI. */
  readonly asksDefault: boolean;
  /** Wheels stand behind the script's end. */
  readonly carries: boolean;
  /** The oldest Python that runs the script is 3 and this. */
  readonly pythonMinor: number;
}

/** The keyring tool knows some index's users. */
export function hasPlugin({ keyring }: Scenario): boolean {
  return keyring?.tool != null && keyring.tool.length > 0;
}

/** The variables that the runner reads. */
export function settingsPart(scenario: Scenario, { secrets, keyring, asksDefault, carries, pythonMinor }: SettingsOptions): string {
  const pip = Object.keys(scenario.home).some((path) => path.endsWith("pip.conf"));
  const url = `https://${DEFAULT_HOST}/simple/`;
  const made = secrets.all.map(({ variable, kind, ending }) => plainWord(`${variable}:${kind}:${ending}`));
  return [
    `SECRETS=(${made.join(" ")}) # each with its kind and what it ends with`,
    ...(made.length === 0 ? [] : [`export ${secrets.all.map(({ variable }) => `${variable}=''`).join(" ")}`]),
    `VENV=${plainWord(scenario.venv.path)} KEYRING=${keyring ? "yes" : "no"} CARRIES=${carries ? "yes" : "no"} MINOR=${pythonMinor}`,
    `SUPPORTED=${plainWord(scenario.supported ?? "")}`,
    ...(asksDefault ? ["# In place of PyPI, for which nobody else has a certificate. Old releases read the second."] : []),
    `ALSO=(${[...(pip ? [] : ["PIP_CONFIG_FILE=/dev/null"]), ...(asksDefault ? [`UV_DEFAULT_INDEX=${url}`, `UV_INDEX_URL=${url}`] : [])].join(" ")})`,
    ...wrapped(SYSTEM_TOOLS),
  ].join("\n");
}

/** In lines of bearable length. */
function wrapped(words: readonly string[]): string[] {
  const lines = words.join(" ").match(/.{1,110}(?= |$)/g) ?? [];
  return lines.map((line, at) => `${at === 0 ? "TOOLS='" : "  "}${line.trim()}${at === lines.length - 1 ? "'" : ""}`);
}
