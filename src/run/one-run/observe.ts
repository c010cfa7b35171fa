import { markFinals } from "../../observation/final-answers.ts";
import type { LeakRecord, Observation, StepRecord, Trouble } from "../../observation/model.ts";
import { createRedactor, type Redactor } from "../../observation/redact.ts";
import type { Scenario } from "../../scenario/model.ts";
import { bySignal } from "../../sandbox/exit-of-command.ts";
import type { KeyringEvidence, KeyringJournalOptions, SeenBeside } from "../../workspace/keyring-calls.ts";
import { readKeyringEvidence } from "../../workspace/keyring-journal.ts";
import type { Execution } from "./execute.ts";
import { placeFault } from "./place-fault.ts";
import type { OpenedRun } from "./opened-run.ts";

/** All that a run recorded, in one place and without a secret in it. */
export async function observe(opened: OpenedRun, execution: Execution): Promise<Observation> {
  const redactor = createRedactor(opened.secrets);
  const unreadable: Trouble[] = [];
  const evidence = await readKeyringEvidence(keyringJournal(opened)).catch((error: unknown): KeyringEvidence => {
    unreadable.push({ kind: "workspace", step: null, detail: `the journal of keyring calls cannot be read: ${placeFault(error)}` });
    return { calls: [], beside: [], outlived: new Set() };
  });
  const names = opened.gateway.names();
  return redactor.redactDeep({
    ...(names.length === 0 ? {} : { names }),
    steps: execution.steps,
    requests: markFinals(opened.gateway.requests()),
    keyring: evidence.calls,
    files: execution.files,
    leaks: execution.leaks,
    unrecordedKeyrings: execution.unrecordedKeyrings,
    trouble: [
      ...opened.trouble,
      ...execution.trouble,
      ...unreadable,
      ...cutCalls(opened.scenario, evidence, execution),
      ...besideCalls(opened.scenario, evidence, execution),
    ],
  });
}

/** Where and how this run's calls of keyring are recorded. */
export function keyringJournal(opened: OpenedRun): KeyringJournalOptions {
  const { paths, seen } = opened.workspace;
  return { paths: { ...seen, output: paths.output }, toolPrefix: opened.prepared.keyringToolDir, clockOrigin: 0 };
}

/**
 * Calls that began and did not end although their step went on: what uv then did says nothing of it. Not one that the step
 * outlived, nor one that a condition is about.
 */
function cutCalls(scenario: Scenario, { calls, outlived }: KeyringEvidence, execution: Execution): Trouble[] {
  return calls.flatMap(({ step, argv, finished, at }): Trouble[] => {
    const definition = scenario.steps[step];
    const conditions = [...(definition?.reproduced ?? []), ...(definition?.healthy ?? [])];
    const isMeant = conditions.some((condition) => condition.kind === "keyring" && condition.match.finished === false);
    if (finished || isMeant || outlived.has(at) || execution.outlived.has(at) || execution.trouble.some((trouble) => trouble.step === step))
      return [];
    const detail = `\`keyring ${argv.join(" ")}\` began and never ended: a signal ended it, or what it runs could not be started`;
    return [{ kind: "keyring", step, detail }];
  });
}

/** What struck a keyring where no call tells of it, and a command that could not be started. */
function besideCalls(scenario: Scenario, { beside }: KeyringEvidence, execution: Execution): Trouble[] {
  const troubles = beside.flatMap((entry): Trouble[] => {
    const { step } = entry;
    if (execution.trouble.some((trouble) => trouble.step === step)) return [];
    if (entry.event === "killed") return [{ kind: "keyring", step, detail: killedWords(entry) }];
    return [{ kind: "spawn", step, detail: `\`${scenario.steps[step]?.argv[0] ?? ""}\` could not be started: ${entry.error}` }];
  });
  // One that is asked again may end in the same way again.
  return [...new Map(troubles.map((trouble) => [`${trouble.step} ${trouble.detail}`, trouble])).values()];
}

function killedWords({ signal, what, name }: Extract<SeenBeside, { event: "killed" }>): string {
  const ended = `was ended by ${bySignal(signal).signal}`;
  if (what === "keyring") return `a call of keyring ${ended} before it had begun or after it had answered`;
  if (what === "below") return `\`${name}\`, which a keyring had started, ${ended}`;
  return `a process that \`${name}\` had forked ${ended} before it became a command; it may have been to call keyring`;
}

/** Secrets that a step printed or that uv wrote into a file; one that the scenario itself had put there is none. */
export async function findLeaks(opened: OpenedRun, step: number, record: StepRecord): Promise<LeakRecord[]> {
  const redactor = createRedactor(opened.secrets);
  const leaks = [...leaksIn(redactor, step, "stdout", record.stdout, ""), ...leaksIn(redactor, step, "stderr", record.stderr, "")];
  for (const { where, text, before } of await opened.workspace.writtenTexts()) leaks.push(...leaksIn(redactor, step, where, text, before));
  return leaks;
}

function leaksIn(redactor: Redactor, step: number, where: string, text: string, before: string): LeakRecord[] {
  const known = new Set(redactor.find(before).map((found) => `${found.secret} ${found.form}`));
  const leaks = new Map<string, LeakRecord>();
  for (const { secret, form } of redactor.find(text)) {
    const key = `${secret} ${form}`;
    if (!known.has(key)) leaks.set(key, { step, where, secret, form });
  }
  return [...leaks.values()];
}
