import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Chain } from "./model.ts";
import { readLog } from "./read-log.ts";

const FOLDER = fileURLToPath(new URL("../../../test/capture/logs/", import.meta.url));

/** What one chain tells, in one line. */
function words({ method, policy, brought, asked, sent, source, user, ended, redirects }: Chain): string {
  const sources = asked.map((each) => `${each.source}${each.found ? "+" : "-"}`).join(" ");
  return `${method ?? "?"} ${policy ?? "?"}, brought ${brought}, asked [${sources}], sent ${sent ?? "nothing"} of ${source ?? "?"}${user === null ? "" : ` (${user})`}, ended ${ended ?? "unknown"}, ${redirects.length} redirects`;
}

/** What each release's log of a failing project tells: the newest of a minor, run against real registries. */
function told(): Record<string, Record<string, string[]>> {
  const found: Record<string, Record<string, string[]>> = {};
  const releases = readdirSync(FOLDER).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  for (const file of releases) {
    for (const part of readFileSync(`${FOLDER}${file}`, "utf8").split(/^# /mu).slice(1)) {
      const [head = "", ...lines] = part.split("\n");
      const log = readLog(lines.join("\n"));
      const [project = ""] = head.split(",");
      const failure = log.failure === null ? "" : `; ${log.failure.kind} ${log.failure.what}`;
      const line = `${words(log.chains[0] as Chain)}${failure}`;
      const lineOf = (found[project] ??= {});
      lineOf[line] = [...(lineOf[line] ?? []), log.release ?? ""];
    }
  }
  return found;
}

it("reads the same facts from every minor release; what one does not print is unknown", () => {
  const lines = Object.entries(told()).flatMap(([project, byLine]) => [
    `${project}:`,
    ...Object.entries(byLine).map(([line, releases]) => `  ${line} [${releases.join(" ")}]`),
  ]);
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "stale-netrc:
      GET auto, brought nothing, asked [netrc+], sent credentials of netrc (jane.doe), ended 403, 0 redirects [0.6.17 0.7.22 0.8.24 0.9.5 0.10.12 0.11.33 0.12.24 0.13.9]
    shadowed-keyring:
      GET auto, brought user, asked [keyring-], sent user of settings, ended 403, 0 redirects [0.6.17 0.7.22 0.8.24 0.9.5 0.10.12 0.11.33 0.12.24 0.13.9]
    redirect-to-another-host:
      GET auto, brought nothing, asked [], sent none of ?, ended 401, 1 redirects [0.6.17 0.7.22 0.8.24 0.9.5 0.10.12 0.11.33 0.12.24 0.13.9]
    two-users-stored:
      GET auto, brought nothing, asked [], sent none of ?, ended 401, 0 redirects [0.6.17 0.7.22]
      GET auto, brought nothing, asked [store+], sent credentials of store (jane.doe), ended 200, 0 redirects [0.8.24 0.9.5]
      GET auto, brought nothing, asked [store-], sent none of ?, ended 401, 0 redirects [0.10.12 0.11.33 0.12.24 0.13.9]
    login-for-index-with-lock:
      GET always, brought nothing, asked [], sent nothing of ?, ended missing, 0 redirects [0.6.17 0.7.22]
      GET always, brought nothing, asked [store-], sent nothing of ?, ended missing, 0 redirects [0.8.24 0.9.5 0.10.12 0.11.33 0.12.24 0.13.9]
    untrusted-ca:
      GET auto, brought nothing, asked [], sent credentials of settings, ended unknown, 0 redirects; certificate UnknownIssuer [0.6.17 0.7.22 0.8.24 0.9.5 0.10.12 0.11.33 0.12.24 0.13.9]"
  `);
});

it("takes for uv's last words what uv said, and not what a program printed that it started", () => {
  expect(readLog("TRACE x\nerror: No solution\n  cause: none\n").message).toBe("error: No solution cause: none");
  expect(readLog("TRACE x\nTraceback: jane cannot reach falcon.corp\n").message).toBe("");
});

it.each([
  ["invalid peer certificate: Expired", "certificate Expired"],
  [
    "invalid peer certificate: certificate expired: verification time 17 (UNIX), but certificate is not valid after 16 (1 seconds ago)",
    "certificate Expired",
  ],
  ["invalid peer certificate: NotValidForName", "certificate NotValidForName"],
  ['invalid peer certificate: certificate not valid for name "a.test"; certificate is only valid for x', "certificate NotValidForName"],
  [
    "invalid peer certificate: UnsupportedSignatureAlgorithmContext { signature_algorithm_id: [6] }",
    "certificate UnsupportedSignatureAlgorithm",
  ],
  [
    "tunnel error: failed to create underlying connection Caused by: tcp connect error Caused by: Connection refused (os error 111)",
    "connection connection refused",
  ],
  ["tunnel error: unsuccessful", "connection tunnel error"],
])("tells why no answer came, in the words of every release: %s", (words, kind) => {
  const { failure } = readLog(`TRACE x\nerror: Failed to fetch\n  Caused by: ${words}\n`);
  expect(`${failure?.kind} ${failure?.what}`).toBe(kind);
});

it("keeps requests apart that overlap", () => {
  const handling = (name: string): string =>
    `TRACE Handling request for https://a.test/simple/${name}/ with authentication policy auto\nTRACE Request for https://a.test/simple/${name}/ is unauthenticated, checking cache\n`;
  const refused = (name: string): string =>
    `TRACE Request for https://a.test/simple/${name}/ failed with 401 Unauthorized, checking for credentials\n`;
  const asked =
    "DEBUG Checking netrc for credentials for https://a.test/simple/one/\nDEBUG Found credentials in netrc file for https://a.test/simple/one/\n";
  const retry =
    'TRACE Retrying request for https://a.test/simple/one/ with Credentials(Basic { username: Username(Some("jane")), password: Some(****) })\n';
  const { chains } = readLog(handling("one") + handling("two") + refused("two") + refused("one") + asked + retry);
  expect(chains.map(({ url, sent, ended }) => [url.split("/").at(-2), sent, ended])).toEqual([
    ["one", "credentials", null],
    ["two", "none", 401],
  ]);
});
