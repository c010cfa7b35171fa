import { stripVTControlCharacters } from "node:util";
import { undisguised } from "./disguise.ts";
import { createSearch, type Hit, joined, type SecretFound } from "./secret-search.ts";
import type { Secret } from "./secret.ts";

/** Replaces secrets by `<secret:NAME>` or `<stale:NAME>`, in texts, in streams and in whole values. */
export interface Redactor {
  redact(text: string): string;
  /** Redacts every string of a JSON value, keys included. */
  redactDeep<T>(value: T): T;
  /** Which secrets a text holds, each form once, in the order in which they are met. */
  find(text: string): SecretFound[];
  /** The same as `redact` over the joined chunks; what might be the beginning of a secret is held back. */
  stream(): RedactorStream;
}

interface RedactorStream {
  push(chunk: string): string;
  /** What was held back; to be called once, when no more chunks come. */
  end(): string;
}

/** Throws if a secret is too short, or of other characters than the forms below are made for. */
export function createRedactor(secrets: readonly Secret[]): Redactor {
  const hitsIn = createSearch(secrets);

  function redact(text: string): string {
    let result = replaced(text, hitsIn(text));
    for (const { bare, place } of undisguised(result)) {
      const hits = hitsIn(bare);
      if (hits.length === 0) continue;
      const placed = hits.map((hit) => ({ ...hit, from: place(hit.from), to: place(hit.to - 1) + 1 }));
      // The places are those of this text: what is left over is met under the next disguise, or at the next call.
      return redact(replaced(result, placed));
    }
    // What the judge and the reports make of a text must not show more than was looked at.
    // oxlint-disable-next-line no-control-regex -- what begins a terminal's sequence is what is looked for
    if (/[\u001b\u009b]/.test(result)) {
      const stripped = stripVTControlCharacters(result);
      const hits = hitsIn(stripped);
      if (hits.length > 0) result = replaced(stripped, hits);
    }
    return result;
  }

  function replaced(text: string, hits: readonly Hit[]): string {
    let result = "";
    let copied = 0;
    for (const hit of joined(text, hits)) {
      result += text.slice(copied, hit.from) + hit.replacement;
      copied = hit.to;
    }
    return copied === 0 ? text : result + text.slice(copied);
  }

  function redactValue(value: unknown): unknown {
    if (typeof value === "string") return redact(value);
    if (Array.isArray(value)) return value.map(redactValue);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]: [string, unknown]) => [redact(key), redactValue(item)]));
  }

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape stays; strings change, and they alone
  const redactDeep = <T>(value: T): T => redactValue(value) as T;

  function find(text: string): SecretFound[] {
    const found = new Map<string, SecretFound>();
    for (const each of [text, ...undisguised(text).map(({ bare }) => bare)]) {
      for (const { secret, form } of hitsIn(each)) found.set(`${secret}\n${form}`, { secret, form });
    }
    return [...found.values()];
  }

  return { redact, redactDeep, find, stream: () => redactingStream(redact) };
}

function redactingStream(redact: (text: string) => string): RedactorStream {
  let held = "";
  return {
    push(chunk) {
      held += chunk;
      const cut = safeCut(held);
      if (cut === 0) return "";
      const ready = held.slice(0, cut);
      held = held.slice(cut);
      return redact(ready);
    },
    end() {
      const rest = held;
      held = "";
      return redact(rest);
    },
  };
}

/** After the last blank between visible characters: no disguise of a secret holds one, save for a terminal's strings and gutters. */
function safeCut(text: string): number {
  // oxlint-disable-next-line no-control-regex -- see above
  const string = text.search(/\u001b(?:[\]PX^_]|$)|[\u0090\u0098\u009d-\u009f]/);
  for (let at = (string < 0 ? text.length : string) - 2; at > 0; at--) {
    if (/[ \t]/.test(text.charAt(at)) && /^[!-"$-=?-{}~][ \t][!-~]$/.test(text.slice(at - 1, at + 2))) return at + 1;
  }
  return 0;
}
