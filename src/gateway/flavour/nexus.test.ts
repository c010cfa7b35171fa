import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, uploadOf, uploads } from "../../../test/gateway-fixture.ts";
import { nexus } from "./nexus.ts";

const CHALLENGE = 'BASIC realm="Sonatype Nexus Repository Manager"';

test("every row, over the wire", async () => {
  const index = indexOf({ flavour: "nexus", url: "http://feeds.example.com/repository/main/simple/" });
  await using it = await openFixture({ indexes: [index] });
  const shown = await askRows(it, index, nexus.table, {
    "GET ROOT/simple/NAME/": ["GET sandbox/ as good"],
    "GET ROOT/simple/ABSENT/": ["GET absent/ as good", "GET absent/"],
    "GET ROOT/packages/NAME/VERSION/FILE": [
      "GET ../packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good",
      "GET ../packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl.metadata as good",
    ],
    "GET of what `visible-to` hides, blocked-status": [],
    "any, without or with wrong credentials": [
      "GET sandbox/",
      "GET ../packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      "GET sandbox/ as good:wrong",
      "GET sandbox/ as expired",
    ],
    "any, with a password under another user name than its own": ["GET sandbox/ as me:<good>"],
    "any, as guest or without access": ["GET sandbox/ as guest", "GET sandbox/ as no-access"],
    "POST ROOT/": uploads(),
    "POST ROOT/, of a file that is there": [["POST .. as good", { body: uploadOf(fileOf("new")) }]],
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET ROOT/simple/NAME/: 200, hrefs ../../packages/NAME/VERSION/FILE
      GET sandbox/ as good → 200
        <a href="../../packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
    GET ROOT/simple/ABSENT/: 404
      GET absent/ as good → 404
      GET absent/ → 401, www-authenticate: BASIC realm="Sonatype Nexus Repository Manager"
    GET ROOT/packages/NAME/VERSION/FILE: 200, no PEP 658
      GET ../packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good → 200, accept-ranges: bytes
      GET ../packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl.metadata as good → 404
    GET of what \`visible-to\` hides, blocked-status: that status, as 401 or 403; a page that has other files lists it all the same
    any, without or with wrong credentials: 401, BASIC realm="Sonatype Nexus Repository Manager"
      GET sandbox/ → 401, www-authenticate: BASIC realm="Sonatype Nexus Repository Manager"
      GET ../packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl → 401, www-authenticate: BASIC realm="Sonatype Nexus Repository Manager"
      GET sandbox/ as good:wrong → 401, www-authenticate: BASIC realm="Sonatype Nexus Repository Manager"
      GET sandbox/ as expired → 401, www-authenticate: BASIC realm="Sonatype Nexus Repository Manager"
    any, with a password under another user name than its own: 401
      GET sandbox/ as me:<good> → 401, www-authenticate: BASIC realm="Sonatype Nexus Repository Manager"
    any, as guest or without access: 403
      GET sandbox/ as guest → 403
      GET sandbox/ as no-access → 403
    POST ROOT/: 201; wrong digest or incomplete 400
      POST .. as good → 201
      POST .. as good → 400
      POST .. as good → 400
      POST .. as good → 400
    POST ROOT/, of a file that is there: 400, HTML: Repository does not allow updating assets
      POST .. as good → 400"
  `);
});

test.each([
  { options: {}, answers: ["404", "404"] },
  { options: { "blocked-status": 403 }, answers: ["403", "403"] },
  { options: { "blocked-status": 401 }, answers: [`401 ${CHALLENGE}`, `401 ${CHALLENGE}`] },
])("a blocked package is one that nobody may see: $options", async ({ options, answers }) => {
  const url = "http://feeds.example.com/repository/main/simple/";
  const files = { private: [fileOf("sandbox"), fileOf("blocked", "1.0.0", { visibleTo: [] })] };
  await using it = await openFixture({ indexes: [indexOf({ flavour: "nexus", url, options })], files });
  const seen: string[] = [];
  for (const path of ["blocked/", "../packages/blocked/1.0.0/blocked-1.0.0-py3-none-any.whl", "absent/", "sandbox/"]) {
    const { status, headers } = await it.ask(new URL(path, url).href, { as: "good" });
    seen.push([status, headers["www-authenticate"]].filter(Boolean).join(" "));
  }
  expect(seen).toEqual([...answers, "404", "200"]);
});

test("with a blocked status, a page lists the blocked version beside the others, and its file is refused", async () => {
  const url = "http://feeds.example.com/repository/main/simple/";
  const files = { private: [fileOf("sandbox"), fileOf("sandbox", "1.1.0", { visibleTo: [] })] };
  await using it = await openFixture({ indexes: [indexOf({ flavour: "nexus", url, options: { "blocked-status": 403 } })], files });
  const page = await it.ask(`${url}sandbox/`, { as: "good" });
  expect([page.status, page.text.includes("sandbox-1.1.0")]).toEqual([200, true]);
  const file = new URL("../packages/sandbox/1.1.0/sandbox-1.1.0-py3-none-any.whl", url).href;
  expect((await it.ask(file, { as: "good" })).status).toBe(403);
});
