import type { Chain, UvLog } from "../src/capture/uv-log/model.ts";

// What a log could have told, for the tests of `capture/` and of `run/capture/`.

/** A page that is refused to the credentials of netrc. */
export const CHAIN: Chain = {
  url: "https://a.test/simple/one/",
  method: "GET",
  policy: "auto",
  brought: "nothing",
  asked: [{ source: "netrc", found: true }],
  sent: "credentials",
  source: "netrc",
  user: "jane",
  statuses: [401, 403],
  ended: 403,
  redirects: [],
};

export function uvLogOf(...chains: readonly Chain[]): UvLog {
  return { release: "1", chains, requires: new Map(), message: "", failure: null };
}
