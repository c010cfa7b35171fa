import { join } from "node:path";
import { mkdir, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { localServer } from "../../../test/local-server.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { createRenamer } from "../../capture/names/rename.ts";
import { materialOf } from "../../capture/write/material.ts";
import { look } from "./look.ts";
import { revealSecret } from "./reveal-secret.ts";
import { createSecretNames } from "./secret-names.ts";
import { tryCredentials } from "./try-credentials.ts";

const SENT = `Basic ${Buffer.from("jane:plover%2F88 x").toString("base64")}`;

/** A registry that knows Jane, or is open to all, and a project whose netrc and store name it. */
async function trying(
  answer: boolean,
  isOpen = false,
): Promise<{ authorizations: (string | undefined)[]; told: string[]; tried: unknown[] }> {
  await using folder = await temporaryFolder();
  const authorizations: (string | undefined)[] = [];
  await using server = await localServer(({ headers }, response) => {
    authorizations.push(headers.authorization);
    response.writeHead(isOpen || headers.authorization === SENT ? 200 : headers.authorization === undefined ? 401 : 403).end();
  });
  const url = `http://127.0.0.1:${server.port}/simple/`;
  const [project, home] = [join(folder.path, "project"), join(folder.path, "home")];
  await Promise.all([project, home].map((each) => mkdir(each)));
  await writeFile(join(project, "uv.toml"), `[[index]]\nname = "falcon"\nurl = "${url}"\n`);
  await writeFile(
    join(home, ".netrc"),
    `machine 127.0.0.1 login jane password "plover%2F88 x"\nmachine 127.0.0.1 login bot password heron-77\n`,
  );
  const [secrets, env] = [createSecretNames(), { HOME: home, PATH: "" }];
  const looked = await look({ folder: project, env, nameSecret: secrets.name, versionOf: async () => "0" });
  const log = { release: "0", chains: [], requires: new Map(), message: "", failure: null };
  const page = { url: `${url}one/`, method: "GET", policy: "auto", brought: "nothing", asked: [], sent: "none", source: null } as const;
  const chains = [{ ...page, user: null, statuses: [401], ended: 401, redirects: [] }];
  const renamer = createRenamer({ names: ["jane", "bot"], urls: [url], hosts: [], keep: [] });
  const told: string[] = [];
  const tried = await tryCredentials({
    material: materialOf(looked, { ...log, chains }, renamer),
    argv: ["uv", "sync"],
    folder: project,
    version: "0",
    signal: new AbortController().signal,
    tell: (line) => void told.push(line),
    consent: async (question) => {
      told.push(question);
      return answer;
    },
    reveal: (secret) => revealSecret(secret, { looked, env, argv: [], secrets }),
  });
  expect(secrets.foundIn(JSON.stringify([told, tried]))).toEqual([]);
  return { authorizations, told, tried: tried.map(({ credential, status, outcome }) => [credential.user, status, outcome]) };
}

it("sends each credential to its own host after a yes, and tells who is refused", async () => {
  const { authorizations, told, tried } = await trying(true);
  expect(tried).toEqual([
    ["jane", 200, "accepted"],
    ["bot", 403, "refused"],
  ]);
  expect(authorizations).toEqual([undefined, SENT, `Basic ${Buffer.from("bot:heron-77").toString("base64")}`]);
  expect(told.filter((line) => line.includes("lockout"))).toHaveLength(2);
});

it("sends none without a yes, and none where a page is open to all", async () => {
  for (const { authorizations, tried } of [await trying(false), await trying(true, true)]) {
    expect(tried).toEqual([]);
    // The page is asked once, for both.
    expect(authorizations).toEqual([undefined]);
  }
});
