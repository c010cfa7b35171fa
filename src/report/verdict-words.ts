import type { Evidence, Verdict } from "../observation/model.ts";

/** A verdict as people read it: `reproduced`, or `reproduced (exit status only)` where nothing else speaks for it. */
export function judgedWords({ verdict, evidence }: { readonly verdict: Verdict; readonly evidence: Evidence | null }): string {
  return evidence === "exit-status" ? `${verdict} (exit status only)` : verdict;
}

/** What to do about runs that were not taken for an answer, since nothing but exit statuses speaks for their verdict. */
export function exitStatusOnlyWords(runs: readonly { readonly uv: string; readonly evidence: Evidence | null }[]): string | null {
  const releases = new Set(runs.filter(({ evidence }) => evidence === "exit-status").map(({ uv }) => uv));
  if (releases.size === 0) return null;
  const which = releases.size === 1 ? `uv ${[...releases].join("")} has` : `${releases.size} releases have`;
  return `${which} a verdict that rests on exit statuses alone, which is no answer: add a condition on a request, a keyring call or a file, or give --accept-exit-status`;
}
