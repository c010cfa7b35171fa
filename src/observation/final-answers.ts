import type { RequestRecord } from "./model.ts";

/**
 * Marks the last record of each step, method and URL (without its fragment). A request that was dropped counts: where
 * it came last, nothing was answered in the end, and its status is 0. An answer that only says where or how to ask
 * instead is never final: a redirect, and a HEAD that the server does not offer (405, 501).
 */
export function markFinals(requests: readonly RequestRecord[]): RequestRecord[] {
  const last = new Map<string, number>();
  for (const [position, request] of requests.entries()) last.set(resourceOf(request), position);
  return requests.map((request, position) => ({
    ...request,
    final: last.get(resourceOf(request)) === position && request.unread === undefined && !sendsElsewhere(request),
  }));
}

function sendsElsewhere({ method, status, location }: RequestRecord): boolean {
  return (status >= 300 && status < 400 && location !== null) || (method === "HEAD" && (status === 405 || status === 501));
}

function resourceOf(request: RequestRecord): string {
  const fragment = request.url.indexOf("#");
  const url = fragment < 0 ? request.url : request.url.slice(0, fragment);
  return `${request.step} ${request.method} ${url}`;
}
