import type { RequestRecord } from "./model.ts";

/**
 * Marks the last record of each step, method and URL (without its fragment). A request that was dropped
 * counts: where it came last, nothing was answered in the end, and its status is 0.
 */
export function markFinals(requests: readonly RequestRecord[]): RequestRecord[] {
  const last = new Map<string, number>();
  for (const [position, request] of requests.entries()) last.set(resourceOf(request), position);
  return requests.map((request, position) => ({ ...request, final: last.get(resourceOf(request)) === position }));
}

function resourceOf(request: RequestRecord): string {
  const fragment = request.url.indexOf("#");
  const url = fragment < 0 ? request.url : request.url.slice(0, fragment);
  return `${request.step} ${request.method} ${url}`;
}
