import { EXIT } from "../../report/exit-status.ts";
import { createRedactor } from "../../observation/redact.ts";
import type { Secret } from "../../observation/secret.ts";
import { spawnInteractive } from "../../process/interactive.ts";
import { nameSecrets } from "../../export/secret-names.ts";
import { shellWord, type ShellValues } from "../../export/shell-text.ts";
import type { TimelineEvent } from "../../report/timeline.ts";
import { UserError } from "../../scenario/error.ts";
import type { Step } from "../../scenario/model.ts";
import type { Release } from "../../uv/binary.ts";
import { otherUvFolder } from "../../workspace/commands.ts";
import { buildEnvironment } from "../../workspace/environment.ts";
import { layoutFor } from "../../workspace/layout.ts";
import { followKeyringJournal } from "../../workspace/keyring-journal.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { withBackend, type RunOptions } from "./options.ts";
import { fetchOtherUvs } from "./other-uv.ts";
import { pythonRefusal } from "./python-refusal.ts";
import { prepareLoaded } from "./prepare-loaded.ts";
import { keyringJournal } from "./observe.ts";
import { environmentOptions } from "./run-scenario.ts";
import { openRun, type OpenedRun } from "./opened-run.ts";

export interface ShellOptions extends RunOptions {
  /** Absolute path of the shell; default `/bin/sh`. */
  readonly shell: string;
  readonly args: readonly string[];
  /** Told of every request and keyring call as it happens; redacted. */
  readonly onEvent: (event: TimelineEvent) => void;
  /** Told where things are before the shell starts. */
  readonly onReady: (place: ShellPlace) => void;
}

/** What there is in the shell; no secret's value is in it. */
interface ShellPlace {
  /** The project, where the shell starts. */
  readonly folder: string;
  /** The scenario's steps as one types them: a secret stands there by its variable. */
  readonly commands: readonly string[];
  /** The environment variables that hold the run's secrets, with the user (`INDEX.USER`) that each is for; of a `stale` one the index says no. */
  readonly variables: readonly { readonly variable: string; readonly kind: "good" | "stale"; readonly name: string }[];
}

/**
 * The prepared workspace of a scenario with its index running, in an interactive shell that has the run's secrets in its
 * environment. No step has been run. Returns the shell's exit status; afterwards nothing of it is left, unless `keep` is said.
 */
export async function openShell(harness: Harness, loaded: LoadedScenario, release: Release, options: ShellOptions): Promise<number> {
  const scenario = withBackend(loaded.scenario, options.backend);
  const refusal = await pythonRefusal(harness, loaded, options);
  if (refusal !== null) throw new UserError(refusal);
  const prepared = await prepareLoaded(harness, loaded, scenario);
  const others = await fetchOtherUvs(harness, loaded, release.version);
  await using opened = await openRun(harness, scenario, release, prepared, options, others);
  const redactor = createRedactor(opened.secrets);
  opened.gateway.onRequest((request) => options.onEvent({ kind: "request", request: redactor.redactDeep(request) }));
  using _following = followKeyringJournal(keyringJournal(opened), (call) =>
    options.onEvent({ kind: "keyring", call: redactor.redactDeep(call) }),
  );
  const names = nameSecrets(scenario, { stale: true });
  const variableOf = ({ kind, index, user }: Secret): string => names.variable(kind, index, user);
  const values = secretsByVariable(opened, variableOf);
  const first = scenario.steps[0] as Step;
  const { uv: _, ...rest } = first;
  const shell: Step = { ...rest, env: {}, venv: "inactive", tls: "file" };
  const otherUv = (step: Step): string | null => {
    const other = opened.otherUv(step);
    return other === null ? null : otherUvFolder(opened.workspace.seen.bin, other.version, layoutFor(process.platform));
  };
  options.onReady({
    folder: opened.workspace.paths.project,
    commands: scenario.steps.flatMap((step) => typed(step, values, otherUv(step))).map((line) => redactor.redact(line)),
    variables: names.all,
  });
  const program = {
    file: options.shell,
    args: options.args,
    cwd: opened.workspace.seen.project,
    env: {
      ...Object.fromEntries(opened.secrets.map((secret) => [variableOf(secret), secret.value])),
      ...buildEnvironment(environmentOptions(harness, opened, shell, options)),
      ...terminal(harness.env),
    },
  };
  await using enclosed = (await opened.enclosure?.shell(program, process.stdin.isTTY)) ?? null;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const ended = await spawnInteractive({ tag: opened.id, ...(enclosed ?? program), ...signal });
  const end = (await enclosed?.settle(ended)) ?? ended;
  return end.exit ?? EXIT.interrupted;
}

/** A step as one types it, with its own environment, folder and input; before it, what it removes, and which files it writes. */
function typed(step: Step, values: ShellValues, otherUv: string | null): string[] {
  const word = (text: string): string => shellWord(text, values);
  // Only there does `~` mean the home folder: in a command it is a letter, as no shell reads a scenario.
  const place = (text: string): string => (text.startsWith("~/") ? `~/${word(text.slice(2))}` : word(text));
  const environment = Object.entries(step.env).map(([name, value]) => `${name}=${word(value)}`);
  const search = otherUv === null ? [] : [`PATH=${otherUv}:$PATH`];
  const called = [...search, ...environment, ...step.argv.map(word)].join(" ");
  const fed = step.stdin === null ? called : `printf %s ${word(step.stdin)} | ${called}`;
  return [
    ...(step.delete.length === 0 ? [] : [`rm -rf ${step.delete.map(place).join(" ")}`]),
    ...Object.keys(step.write).map((file) => `# the step writes ${place(file)} first`),
    step.cwd === "" ? fed : `(cd ${word(step.cwd)} && ${fed})`,
  ];
}

/** What placeholders become where a shell reads them. */
function secretsByVariable(opened: OpenedRun, variableOf: (secret: Secret) => string): ShellValues {
  return (name) => {
    const filled = opened.fill(`{{${name}}}`);
    const secret = opened.secrets.find(({ value }) => filled.includes(value));
    if (secret === undefined) return [{ kind: "text", value: filled }];
    const [before = "", after = ""] = filled.split(secret.value);
    return [
      { kind: "text", value: before },
      { kind: "code", value: `\${${variableOf(secret)}}` },
      { kind: "text", value: after },
    ];
  };
}

/** What a shell needs to draw on the user's terminal. */
function terminal(env: Readonly<Record<string, string>>): Record<string, string> {
  return { PS1: "(uv-mre) \\w $ ", ...(env["TERM"] === undefined ? {} : { TERM: env["TERM"] }) };
}
