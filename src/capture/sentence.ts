import type { Chain, UvLog, Source } from "./uv-log/model.ts";
import { isRefused, kindOf } from "./symptom.ts";

const SOURCE_WORDS: Readonly<Record<Source, string>> = {
  settings: "a URL or variables",
  "another request": "an earlier request",
  netrc: "netrc",
  store: "uv's store",
  keyring: "keyring",
  system: "the system's store",
  "earlier question": "an earlier question",
};

export interface SentenceParts {
  /** Under the scenario's names. */
  readonly command: string;
  readonly exit: number | null;
  readonly log: UvLog;
  readonly placeOf: (url: string) => string;
}

/** What went wrong, in one sentence without a name of the original. */
export function sentenceOf({ command, exit, log, placeOf }: SentenceParts): string {
  const ended = `\`${command}\` ${exit === null ? "is ended by a signal" : `ends with ${exit}`}`;
  const refused = log.chains.find(isRefused);
  if (log.failure !== null && exit !== 0) return `${ended}: uv gets no answer (${log.failure.kind}: ${log.failure.what}).`;
  if (refused === undefined) return `${ended}, ${log.chains.length === 0 ? "and no index was asked" : "though no index refuses anything"}.`;
  return `${ended}${exit === 0 ? ", and yet" : ":"} ${refusalWords(refused, placeOf)}.`;
}

function refusalWords(chain: Chain, placeOf: (url: string) => string): string {
  const { url, redirects, ended, sent, source } = chain;
  const from = placeOf(url);
  const place = placeOf(redirects.at(-1) ?? url);
  const answering = `${place}${place === from ? "" : `, to which ${from} redirects,`}`;
  if (ended === 407) return `the proxy on the way to ${place} lets nobody pass without a login of its own (407)`;
  if (ended === "missing") return `uv finds no credentials for ${place}, and asks for no ${kindOf(url)}`;
  const to =
    sent === "credentials"
      ? `to credentials from ${source === null ? "a place that the log does not name" : SOURCE_WORDS[source]}`
      : sent === "user"
        ? "to a user name without a password"
        : "to a request without credentials";
  return `${answering} answers ${ended ?? "with a refusal"} for a ${kindOf(url)} ${to}`;
}
