import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { parsedScenario } from "../../../../test/scenario-fixture.ts";
import type { AnswerTable } from "../../../export/answer-table.ts";
import { type Question, openAskable, type Reply } from "../../../gateway/askable-gateway.ts";
import type { Distribution } from "../../../scenario/distribution.ts";
import { FLAVOURS, type Scenario } from "../../../scenario/model.ts";
import { programFile } from "../../programs.ts";
import { namedSecrets } from "../named-secrets.ts";
import { servedFiles } from "../served-files.ts";
import { answerTable } from "./answer-table.ts";
import { uploadSamples } from "./upload-sample.ts";

/* Whatever a script's index is asked, it answers as the gateway does, or says that it does not know. */

const folder = mkdtempSync(path.join(tmpdir(), "export-index-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Some flavours are asked with options on which most of their answers hang. */
const OPTIONS: Readonly<Record<string, string>> = {
  gitlab: "object-storage = true\njson = true",
  artifactory: "anonymous-partial = true",
  devpi: "login-page = true",
  pypicloud: "fallback = true",
};

function scenarioOf(flavour: string): Scenario {
  const text = `schema = 1
title = "t"
[index.private]
flavour = "${flavour}"
url = "https://feeds.example.com${PATHS[flavour] ?? "/a/simple/"}"
${OPTIONS[flavour] ?? ""}
users = ["alice", { name = "bob", state = "guest" }, { name = "carol", state = "expired" }]
packages = [{ name = "sandbox" }, { name = "Other_Thing", versions = ["1.0", "2.0"], requires-python = ">=3.8", visible-to = ["alice"] }]
[index.default]
packages = [{ name = "public" }]
[files]
stale = "{{stale.private.alice}}"
[[step]]
run = "uv run app"
set = [{ user = "private.alice", state = "no-access" }, { index = "private", yank = "sandbox==1.0.0" }]
reproduced = { exit = 1 }
healthy = { exit = 0 }
`;
  return parsedScenario(text);
}

const PATHS: Readonly<Record<string, string>> = {
  gitlab: "/api/v4/projects/acme%2Fapp/packages/pypi/simple/",
  "azure-devops": "/acme/_packaging/main/pypi/simple/",
  artifactory: "/artifactory/api/pypi/main/simple/",
  devpi: "/root/main/+simple/",
  gitea: "/api/packages/acme/pypi/simple/",
  "google-artifact-registry": "/acme/main/simple/",
  codeartifact: "/pypi/main/simple/",
  nexus: "/repository/main/simple/",
  cloudsmith: "/basic/acme/main/python/simple/",
};

const PYTHON = `
import base64, hashlib, json, sys
sys.path.insert(0, ${JSON.stringify(programFile("export"))})
import index, wheels
index.FILES.update((name, wheels.build(files)) for name, files in wheels.load("wheels.json").items())
wheels.check(index.FILES, index.TABLE["digests"])
index.INDEXES = [index.Index(table) for table in index.TABLE["indexes"]]
for step, method, url, headers, body in json.load(sys.stdin):
    index.step_now = lambda: step
    for each in index.INDEXES:
        each.stored.clear()
    try:
        noted, _, answer = index.decide(method, *index.parts_of(url), headers.get, base64.b64decode(body))
    except index.Unknown:
        print("null")
        continue
    if method == "GET":
        answer = index.ranged(*answer, headers.get("range"))
    status, given, content = answer
    print(json.dumps([noted["index"], noted["user"], noted["authorization"], status, given, len(content), method != "HEAD" and hashlib.sha256(content).hexdigest()]))
`;

test.each(FLAVOURS)("the script's index answers as %s does, or does not know", { timeout: 120_000 }, async (flavour) => {
  const scenario = scenarioOf(flavour);
  const served = await servedFiles(scenario, () => Promise.resolve([]));
  const secrets = namedSecrets(scenario);
  const table = await answerTable(scenario, { ...served, secrets });
  writeFileSync(
    path.join(folder, "index.json"),
    JSON.stringify({ ...table, secrets: secrets.map(({ variable }) => variable), labels: {} }),
  );
  writeFileSync(path.join(folder, "wheels.json"), JSON.stringify(served.built));
  const filesOf = (index: string): Distribution[] => (served.files.get(index) ?? []).map(([file]) => file);
  const gateways = [0, 1].map((phase) => {
    const gateway = openAskable({ ...scenario, secrets, files: filesOf });
    for (const change of phase === 1 ? (scenario.steps[0]?.set ?? []) : []) gateway.apply(change);
    return gateway;
  });
  const [present] = filesOf("private");
  const uploads = uploadSamples(present ?? null, present === undefined ? null : served.bytesOf(present));
  const question = questions(
    table,
    secrets.map(({ value }) => value),
    uploads,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(question, { minLength: 3000, maxLength: 3000 }), async (asked) => {
      const { stdout, stderr } = spawnSync("python3", ["-B", "-c", PYTHON], {
        input: JSON.stringify(
          asked.map(({ step, method, url, headers, body }) => [step, method, url, headers, Buffer.from(body).toString("base64")]),
        ),
        encoding: "utf8",
        maxBuffer: 1e8,
        env: { ...process.env, WORK: folder, ...Object.fromEntries(secrets.map(({ variable, value }) => [variable, value])) },
      });
      expect(stderr).toBe("");
      const theirs = stdout
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line));
      const ours: unknown[] = [];
      for (const each of asked) ours.push(shown(each, await gateways[each.step]?.ask(each)));
      const wrong = asked.flatMap((each, at) =>
        theirs[at] === null || JSON.stringify(theirs[at]) === JSON.stringify(ours[at])
          ? []
          : [{ ...each, body: "", theirs: theirs[at], ours: ours[at] }],
      );
      expect(wrong.slice(0, 2)).toEqual([]);
      // A table that holds nothing would never be wrong.
      expect(theirs.filter((each) => each !== null).length).toBeGreaterThan(1000);
    }),
    { numRuns: 1, endOnFailure: true },
  );
});

type Asked = Question & { readonly step: number };

/** What an answer is, by the bytes that are sent. */
function shown({ method }: Asked, reply: Reply | undefined): unknown {
  if (reply === undefined) throw new Error("no such step");
  const { entry, answer } = reply;
  const given = Object.entries(answer.headers).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
  const { body } = answer;
  const bytes =
    body.kind === "text"
      ? Buffer.from(body.text)
      : body.kind === "bytes"
        ? body.bytes
        : readFileSync(body.kind === "file" ? body.path : "");
  const digest = method === "HEAD" ? false : createHash("sha256").update(bytes).digest("hex");
  return [entry.index, entry.caller.user, entry.caller.authorization, answer.status, given, bytes.length, digest];
}

/** Near what the table holds, and somewhat beside it. */
function questions(table: AnswerTable, secrets: readonly string[], uploads: ReturnType<typeof uploadSamples>): fc.Arbitrary<Asked> {
  const [private_] = table.indexes;
  const origin = private_?.origin ?? "";
  const filled = (text: string): string => text.replaceAll(/\$\{(?!name)\w+\}/g, secrets[0] ?? "").replaceAll("$$", "$");
  const addresses = Object.keys(private_?.rows ?? {}).map((each) => (each.startsWith("/") ? origin + filled(each) : filled(each)));
  const name = fc.constantFrom(
    "absent",
    "sandbox",
    "Sandbox",
    "other_thing",
    "other-thing",
    "a.b",
    "simple",
    "packages",
    "x--y",
    "sand%62ox",
  );
  const known = fc.tuple(fc.constantFrom(...addresses), name).map(([url, each]) => url.replaceAll("${name}", each));
  const beside = fc
    .tuple(known, fc.constantFrom("/", "x", "/x/", "//", ".metadata", "%41", "?a=b", "/../simple/", "/y.whl"))
    .map(([url, more]) => url + more);
  const elsewhere = fc
    .tuple(
      known,
      fc.constantFrom(
        "http://feeds.example.com",
        "https://other.example.com",
        "https://feeds.example.com:8443",
        "https://blob.feeds.example.com",
      ),
    )
    .map(([url, host]) => url.replace(/^https:\/\/[^/]+/, host));
  const shortened = known.map((url) => /^(https?:\/\/[^/]+\/(?:.*\/)?)[^/]+\/?$/.exec(url)?.[1] ?? url);
  const user = fc.constantFrom("alice", "bob", "carol", "", "gitlab-ci-token", "mallory", "é");
  const password = fc.constantFrom("", "wrong", ...secrets);
  const authorization = fc.oneof(
    fc.constantFrom(null, "Negotiate x", "Basic !", `Basic ${Buffer.from("nocolon").toString("base64")}`),
    password.map((each) => `Bearer ${each}`),
    fc.tuple(user, password).map(([one, other]) => `Basic ${Buffer.from(`${one}:${other}`).toString("base64")}`),
  );
  const accept = fc.constantFrom(
    null,
    "*/*",
    "text/html",
    "application/vnd.pypi.simple.v1+json",
    "application/vnd.pypi.simple.v1+json;q=0.2, text/html;q=0.1",
    "application/vnd.pypi.simple.v1+html, text/html;q=0.01",
    "text/html;q=, application/vnd.pypi.simple.latest+json;q=x",
  );
  const range = fc.constantFrom(null, null, "bytes=0-3", "bytes=-5", "bytes=9999999-", "bytes=5-2", "bytes=1-1,3-4", "bytes= 2-");
  const agent = fc.constantFrom(null, "uv/0.9.5", "pip/24", "Mozilla/5.0");
  return fc
    .record({
      step: fc.constantFrom(0, 1),
      method: fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "PUT"),
      url: fc.oneof({ weight: 5, arbitrary: known }, beside, elsewhere, shortened),
      authorization,
      accept,
      range,
      agent,
      upload: fc.constantFrom(...uploads),
    })
    .map(({ step, method, url, authorization: sent, accept: wanted, range: part, agent: program, upload }) => ({
      step,
      method,
      url,
      body: method === "POST" ? upload.body : new Uint8Array(),
      headers: Object.fromEntries(
        Object.entries({
          authorization: sent,
          accept: wanted,
          range: part,
          "user-agent": program,
          "content-type": method === "POST" ? upload.contentType : null,
        }).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
      ),
    }));
}

test("a POST that uploads nothing is told apart by its headers where the index does so", async () => {
  const scenario = scenarioOf("devpi");
  const table = await answerTable(scenario, {
    ...(await servedFiles(scenario, () => Promise.resolve([]))),
    secrets: namedSecrets(scenario),
  });
  const row = table.indexes[0]?.rows["/root/main/+simple/sandbox"] ?? [];
  const posted = row.flatMap(([methods, , cell]) => (methods.split(" ").includes("POST") ? [cell] : []));
  expect(posted).toHaveLength(1);
  // Whether it is an installer that asks is the second word.
  const answers = new Map(Object.entries(posted[0] ?? {}));
  expect(answers.get("html no no")).not.toEqual(answers.get("html yes no"));
});
