import type { KeyringRecord } from "../observation/model.ts";
import { escapePattern } from "../scenario/escape-pattern.ts";
import type { Chain, UvLog } from "./uv-log/model.ts";
import { lastSegment } from "./uv-log/url.ts";
import { isOfCredentials, isServed } from "./infer/flavour.ts";

/**
 * What a command's failure is told by: a set of facts as texts, so that two can be held against each other. Order between
 * URLs, counts, successes, retries and times are chance, and not in it.
 */
export interface Symptom {
  readonly exit: number | null;
  /** Of refused URLs: where, what, how it ended, what was sent, and the way there. */
  readonly facts: ReadonlySet<string>;
  /** Whether anything was refused, or could not be reached. */
  readonly refused: boolean;
}

export interface SymptomSource {
  readonly exit: number | null;
  readonly log: UvLog;
  readonly keyring: readonly Pick<KeyringRecord, "from" | "argv" | "raised" | "exit" | "finished">[];
  /** Names the place of a URL, the same for the original and for what stands for it. */
  readonly placeOf: (url: string) => string;
  /** Takes the original's names out of uv's last words. */
  readonly plain: (text: string) => string;
}

/** The symptom of one run. */
export function symptomOf({ exit, log, keyring, placeOf, plain }: SymptomSource): Symptom {
  const facts = new Set<string>();
  const accepted = acceptedUsers(log, placeOf);
  const refused = log.chains.filter(isRefused);
  for (const chain of refused) facts.add(endOf(chain, placeOf, accepted));
  for (const fact of waysOf(refused, placeOf)) facts.add(fact);
  for (const call of keyring) facts.add(keyringFact(call));
  if (log.failure !== null && exit !== 0) facts.add(`no answer: ${log.failure.kind}, ${log.failure.what}`);
  // The same requests may be refused on the way to quite another end.
  if (exit !== 0) facts.add(`${log.chains.length === 0 ? "nothing was asked; " : ""}${NO_WORDS}${lastWords(log, plain)}`);
  const failed = log.failure !== null && exit !== 0;
  return { exit, facts, refused: refused.length > 0 || failed };
}

/** Nothing wrong can be seen in it. */
export function isHealthy(symptom: Symptom): boolean {
  return symptom.exit === 0 && !symptom.refused;
}

/** What one has and the other has not; empty for the same symptom. */
export function differences(original: Symptom, other: Symptom): string[] {
  const exits = original.exit === other.exit ? [] : [`exit ${original.exit ?? "by a signal"}, here ${other.exit ?? "by a signal"}`];
  const missing = [...original.facts].filter((fact) => !other.facts.has(fact)).map((fact) => `only in the original: ${fact}`);
  const added = [...other.facts].filter((fact) => !original.facts.has(fact)).map((fact) => `only here: ${fact}`);
  return [...exits, ...missing, ...added];
}

export interface Agreed {
  readonly symptom: Symptom;
  readonly unstable: readonly string[];
  /** All ended alike. */
  readonly sameExit: boolean;
}

/** What several runs of one side agree in, and what varied. */
export function agreed(runs: readonly Symptom[]): Agreed {
  const [first] = runs;
  if (first === undefined) throw new Error("no run to agree with");
  const all = new Set(runs.flatMap(({ facts }) => [...facts]));
  const stable = [...all].filter((fact) => runs.every(({ facts }) => facts.has(fact)));
  const unstable = [...all].filter((fact) => !stable.includes(fact));
  const exits = new Set(runs.map(({ exit }) => exit));
  const told = exits.size > 1 ? [...unstable, `exit ${[...exits].map((exit) => exit ?? "by a signal").join(" or ")}`] : unstable;
  const symptom = { exit: first.exit, facts: new Set(stable), refused: runs.every(({ refused }) => refused) };
  return { symptom, unstable: told, sameExit: exits.size === 1 };
}

/**
 * Why the runs of a scenario do not show what those of the original showed. What varies in the original is left out of what is
 * held against it; what varies here alone is a difference. An original of which nothing is left is like everything.
 */
export function unlike(original: Agreed, here: Agreed): string[] {
  const varied = new Set(original.unstable);
  const symptom = { ...here.symptom, facts: new Set([...here.symptom.facts].filter((fact) => !varied.has(fact))) };
  const wavering = here.unstable.filter((fact) => !varied.has(fact)).map((fact) => `varies here alone: ${fact}`);
  return [
    ...([...original.symptom.facts].every((fact) => fact.endsWith(NO_WORDS)) ? ["the original's own runs agree in nothing"] : []),
    ...(original.sameExit ? [] : ["the original's own runs do not end alike"]),
    ...differences(original.symptom, symptom),
    ...wavering,
  ];
}

const MOST_WORDS = 240;
/** How the fact ends where uv said nothing. */
const NO_WORDS = "last words: ";

/** uv's last words without what differs between the original and what stands for it: which of the packages it was is chance. */
function lastWords({ message, chains }: UvLog, plain: (text: string) => string): string {
  const pages = chains.filter(({ url }) => kindOf(url) === "page").map(({ url }) => lastSegment(url));
  const names = [...new Set(pages)].filter((name) => name !== "").sort((a, b) => b.length - a.length);
  // How often it tried again is chance, and so is what a resolver says of a name that it does not know.
  const told = (message.split(/\s(?:hint|help):/u)[0] ?? "").replaceAll(
    /(?:Caused by: |cause: )?Request failed after \d+ retr(?:y|ies)(?: in [\d.]+m?s)?\s*/gu,
    "",
  );
  const known = told
    .replaceAll(/(failed to lookup address information): [A-Za-z ,-]+/gu, "$1")
    // Of a certificate it tells names, times and numbers.
    .replaceAll(/(certificate (?:expired|not valid for name)).*?(?=\s(?:cause|Caused by):|$)/gu, "$1")
    .replaceAll(/(UnsupportedSignatureAlgorithm\w*) \{.*?\}/gu, "$1")
    .replaceAll(/[\w.]+-\d[\w.+!-]*\.(?:whl|tar\.gz|zip)/gu, "FILE");
  const words = names.reduce(
    (text, name) => text.replaceAll(new RegExp(`(?<![\\w-])${escapePattern(name)}(?![\\w-])`, "gu"), "PACKAGE"),
    known.replaceAll(/`[^`]*`/gu, "…"),
  );
  return plain(words.replaceAll(/https?:\/\/[^\s)]+/gu, "URL")).slice(0, MOST_WORDS);
}

/** Paths differ between a copy, a run's folder and every machine. */
export function withoutPaths(text: string): string {
  return text.replaceAll(/(?<![\w:/.])(?:file:\/\/)?(?:~|\$[A-Z]+)?\/(?!\/)[^\s`'",)]+/gu, "PATH");
}

export function isRefused({ ended, url, method }: Chain): boolean {
  // A HEAD that is not offered is no refusal, and what is missing is no failure of authentication.
  if (ended === "missing") return true;
  return (
    ended !== null &&
    ended >= 400 &&
    !(method === "HEAD" && (ended === 405 || ended === 501)) &&
    !(ended === 404 && url.endsWith(".metadata"))
  );
}

export function kindOf(url: string): "page" | "file" {
  return /\.(?:whl|tar\.gz|zip|metadata)$/.test(url.split(/[?#]/u)[0] ?? "") ? "file" : "page";
}

function endOf(chain: Chain, placeOf: (url: string) => string, accepted: ReadonlySet<string>): string {
  const { url, method, ended, sent, user, source } = chain;
  const place = placeOf(chain.redirects.at(-1) ?? url);
  // What is not there, or out of order, tells nothing of the credentials.
  const how =
    sent === "credentials" && isOfCredentials(ended)
      ? accepted.has(`${place} ${source ?? ""} ${user ?? ""}`)
        ? "accepted credentials"
        : "refused credentials"
      : sentWords(sent);
  return `refused: ${kindOf(url)} of ${place}, ${method ?? "GET"}, ${ended === "missing" ? "no credentials to send" : (ended ?? "unknown")}, sent ${how}`;
}

function sentWords(sent: Chain["sent"]): string {
  if (sent === null) return "nothing at all";
  return sent === "none" ? "no credentials" : sent === "user" ? "a user alone" : "credentials";
}

function acceptedUsers({ chains }: UvLog, placeOf: (url: string) => string): Set<string> {
  const good = chains.filter(({ ended, sent }) => sent === "credentials" && isServed(ended));
  return new Set(good.map(({ url, redirects, source, user }) => `${placeOf(redirects.at(-1) ?? url)} ${source ?? ""} ${user ?? ""}`));
}

/**
 * The way to the refusals of one place: who asks first finds, the others are told; so the sources of all are one set.
 */
function waysOf(chains: readonly Chain[], placeOf: (url: string) => string): string[] {
  const ways: string[] = [];
  for (const chain of chains) {
    const place = placeOf(chain.url);
    const at = `way to ${kindOf(chain.url)}s of ${place}`;
    ways.push(`${at}: policy ${chain.policy ?? "unknown"}, brought ${chain.brought}`);
    for (const { source, found } of chain.asked) {
      if (source !== "earlier question") ways.push(`${at}: ${source} ${found ? "had credentials" : "had none"}`);
    }
    for (const redirect of chain.redirects) ways.push(`${at}: redirected to ${placeOf(redirect)}`);
  }
  return ways;
}

function keyringFact({ from, argv, raised, exit, finished }: SymptomSource["keyring"][number]): string {
  const how = !finished ? "unfinished" : raised === null ? (exit === 0 ? "answered" : "had no answer") : `raised ${raised}`;
  return `keyring: the ${from}'s, ${argv[0] ?? ""}, ${how}`;
}
