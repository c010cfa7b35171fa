import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { indexRequest, installOptions, statuses } from "../../test/pypiserver.ts";
import { temporaryFolder } from "../../test/real-tools.ts";
import { plainIndex } from "../../test/scenario-fixture.ts";
import type { Secret } from "../observation/secret.ts";
import { createStartProcess } from "../process/start-process.ts";
import type { User } from "../scenario/model.ts";
import { createPypiservers } from "./pypiserver.ts";
import { pypiserverRequest, validAccounts } from "./pypiserver-request.ts";

const USERS: readonly User[] = [
  { name: "alice", state: "good" },
  { name: "guy", state: "guest" },
  { name: "eve", state: "revoked" },
  { name: "old", state: "expired" },
  { name: "out", state: "no-access" },
];
const INDEX = plainIndex({ name: "private", backend: "pypiserver", url: "https://feeds.example.com/acme/simple/", users: USERS });
const SECRETS: readonly Secret[] = USERS.flatMap(({ name: user }) =>
  (["good", "stale"] as const).map((kind) => ({ name: `private.${user}`, index: "private", user, kind, value: `${kind}-${user}` })),
);

describe("a scenario's index on pypiserver", () => {
  test("has those users whose password is valid", () => {
    expect(pypiserverRequest(INDEX, [], SECRETS)).toEqual({
      mount: "/acme/",
      files: [],
      accounts: [
        { name: "alice", password: "good-alice" },
        { name: "guy", password: "good-guy" },
      ],
      gates: ["download", "list", "update"],
    });
    expect(validAccounts("private", [{ name: "eve", state: "good" }], SECRETS)).toEqual([{ name: "eve", password: "good-eve" }]);
  });

  test("is open without users, and gates uploads only where it is public", () => {
    expect(pypiserverRequest({ ...INDEX, users: [] }, [], SECRETS).gates).toEqual([]);
    expect(pypiserverRequest({ ...INDEX, public: true }, [], SECRETS).gates).toEqual(["update"]);
  });
});

test("runs share one server, which is started when it is first asked for and ends with them", async () => {
  await using folder = await temporaryFolder();
  const start = createStartProcess({ tag: `test-${randomUUID()}` });
  const pids: number[] = [];
  const servers = createPypiservers({
    ...(await installOptions()),
    folder: folder.path,
    start: async (request) => {
      const started = await start(request);
      pids.push(started.pid);
      return started;
    },
  });
  expect(pids).toEqual([]);
  const [one, other] = await Promise.all([servers.of("pypiserver"), servers.of("pypiserver")]);
  expect(one).toBe(other);
  const index = await one.openIndex(indexRequest());
  expect(await statuses(index, "/acme/pypi/simple/", ["alice:right"])).toEqual([200]);
  expect(pids).toHaveLength(1);
  await servers[Symbol.asyncDispose]();
  await expect(statuses(index, "/acme/pypi/simple/", [null])).rejects.toThrow("fetch failed");
});
