import { markFinals } from "../../observation/finals.ts";
import type { LeakRecord, Observation, StepRecord, Trouble } from "../../observation/model.ts";
import { createRedactor, type Redactor } from "../../observation/redact.ts";
import { readKeyringJournal } from "../../workspace/keyring-journal.ts";
import type { Execution } from "./execute.ts";
import { placeFault } from "./place-fault.ts";
import type { Site } from "./site.ts";

/** All that a run recorded, in one place and without a secret in it. */
export async function observe(site: Site, execution: Execution): Promise<Observation> {
  const redactor = createRedactor(site.secrets);
  const journal = { paths: site.workspace.paths, toolPrefix: site.prepared.keyringToolDir, clockOrigin: 0 };
  const unreadable: Trouble[] = [];
  const keyring = await readKeyringJournal(journal).catch((error: unknown) => {
    unreadable.push({ kind: "workspace", step: null, detail: `the journal of keyring calls cannot be read: ${placeFault(error)}` });
    return [];
  });
  return redactor.redactDeep({
    steps: execution.steps,
    requests: markFinals(site.gateway.requests()),
    keyring,
    files: execution.files,
    leaks: execution.leaks,
    trouble: [...site.trouble, ...execution.trouble, ...unreadable],
  });
}

/** Secrets that a step printed or that uv wrote into a file; one that the scenario itself had put there is none. */
export async function findLeaks(site: Site, step: number, record: StepRecord): Promise<LeakRecord[]> {
  const redactor = createRedactor(site.secrets);
  const leaks = [...leaksIn(redactor, step, "stdout", record.stdout, ""), ...leaksIn(redactor, step, "stderr", record.stderr, "")];
  for (const { where, text, before } of await site.workspace.writtenTexts()) leaks.push(...leaksIn(redactor, step, where, text, before));
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
