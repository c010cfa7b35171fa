import { connectionTo, connectionWords } from "../../capture/look/proxy-and-trust.ts";
import { outcomeOf, trialPlan, trialWords, type Trial } from "../../capture/credential-trials.ts";
import type { Tried } from "../../capture/infer/credentials.ts";
import { askPage } from "./ask.ts";
import type { Asking } from "./ask-indexes.ts";

export interface Trying extends Asking {
  /** Asks the reporter, who has to say yes to each. */
  readonly consent: (question: string) => Promise<boolean>;
  /** The value of a secret, read anew where it stands and kept nowhere; `null` where it is not found. */
  readonly reveal: (secret: string) => Promise<string | null>;
}

/**
 * Sends each credential that was never sent to its own host, one after the other, and to no other host: redirects are not
 * followed. Where the page is open to all, an answer would tell nothing, and nothing is sent.
 */
export async function tryCredentials(trying: Trying): Promise<Tried[]> {
  const { trials, left } = trialPlan(trying.material);
  for (const words of left) trying.tell(`not trying ${words}`);
  const tried: Tried[] = [];
  // What a page answers to whoever sends nothing: `--ask` may know it, and no page is asked twice.
  const open = new Map(trying.material.asked.map(({ index, status }) => [index, status]));
  for (const trial of trials) {
    try {
      const status = await tryOne(trial, open, trying);
      if (status === null) continue;
      tried.push({ credential: trial.credential, index: trial.index, status, outcome: outcomeOf(status) });
      trying.tell(`answered: ${status}, ${outcomeOf(status)}`);
    } catch (error) {
      trying.signal.throwIfAborted();
      trying.tell(`no answer: ${(error as Error).message}`);
    }
  }
  return tried;
}

/** The status of the answer; `null`: nothing was sent. */
async function tryOne(
  trial: Trial,
  open: Map<string, number>,
  { material, argv, folder, version, signal, tell, consent, reveal }: Trying,
): Promise<number | null> {
  const { url, credential } = trial;
  const way = connectionTo(url, material.looked, argv);
  if (way.kind === "closed") {
    tell(`not trying user ${credential.user}: uv's way to ${url} cannot be gone, for ${way.why}`);
    return null;
  }
  let status = open.get(trial.index);
  if (status === undefined) {
    tell(`asking, without credentials: GET ${url}${connectionWords(way, url)}`);
    ({ status } = await askPage({ url, way, folder, version, authorization: null, signal }));
    open.set(trial.index, status);
  }
  if (status < 400) {
    tell(`answered: ${status}, so any credential would be taken there, and none is tried`);
    return null;
  }
  if (!(await consent(trialWords(trial, connectionWords(way, url))))) {
    tell("not sent");
    return null;
  }
  const value = await reveal(credential.secret);
  if (value === null) {
    tell("not sent: it stands nowhere any more, or in two spellings");
    return null;
  }
  const authorization = `Basic ${Buffer.from(`${credential.user}:${value}`).toString("base64")}`;
  return (await askPage({ url, way, folder, version, authorization, signal })).status;
}
