import type { UvLog } from "../uv-log/model.ts";
import type { Looked } from "../model.ts";

/** Failures to connect that a scenario's host can have, by the words that uv has for them. */
const KINDS: Readonly<Record<string, string>> = {
  "dns error": "no-such-host",
  "failed to lookup address information": "no-such-host",
  "connection refused": "connection-refused",
};

export interface OutOfReach {
  /** Kind of the fault. */
  readonly kind: string;
  /** What uv asked for there. */
  readonly url: string;
}

/** The host that was out of reach; `null` where all were reached, or where a proxy stood between and may be what failed. */
export function outOfReach(looked: Pick<Looked, "variables">, { failure, message }: Pick<UvLog, "failure" | "message">): OutOfReach | null {
  if (failure?.kind !== "connection" || looked.variables.some(({ name, value }) => /^(?:https?|all)_proxy$/iu.test(name) && value !== ""))
    return null;
  const kind = KINDS[failure.what];
  const url = /\bhttps?:\/\/[^\s`)]+/u.exec(message)?.[0];
  return kind === undefined || url === undefined || !URL.canParse(url) ? null : { kind, url };
}
