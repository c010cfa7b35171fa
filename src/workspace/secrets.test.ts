import { expect, test } from "vitest";
import { plainIndex } from "../../test/scenario-fixture.ts";
import { mintSecrets } from "./secrets.ts";

const INDEX = plainIndex({
  name: "private",
  url: "https://feeds.example.com/simple/",
  users: [
    { name: "ann", state: "good" },
    { name: "bob", state: "revoked" },
  ],
});

test("every user gets a good and a stale secret, fresh each time and told by its looks", () => {
  const secrets = mintSecrets([INDEX, { ...INDEX, name: "public", users: [] }]);
  expect(secrets.map(({ name, user, kind }) => `${name} ${user} ${kind}`)).toEqual([
    "private.ann ann good",
    "private.ann ann stale",
    "private.bob bob good",
    "private.bob bob stale",
  ]);
  for (const { kind, value } of secrets) expect(value).toMatch(new RegExp(`^umre-${kind}-[A-Za-z0-9]{32}$`));
  const keys = mintSecrets([{ ...INDEX, flavour: "google-artifact-registry", users: [{ name: "_json_key_base64", state: "good" }] }]);
  for (const { value } of keys) expect(value).toMatch(/^umre-(good|stale)-[A-Za-z0-9]{32}=$/);
  const values = [...secrets, ...mintSecrets([INDEX])].map(({ value }) => value);
  expect(new Set(values).size).toBe(8);
});

test("indexes of one host share a user's secrets, whatever scheme and port; `ownSecret` and other hosts do not", () => {
  const own = { name: "ann", state: "good", ownSecret: true } as const;
  const all = mintSecrets([
    { ...INDEX, users: INDEX.users.slice(0, 1) },
    { ...INDEX, name: "twin", url: "http://feeds.example.com:8080/other/simple/", users: INDEX.users.slice(0, 1) },
    { ...INDEX, name: "own", users: [own] },
    { ...INDEX, name: "elsewhere", url: "https://other.example.com/simple/", users: INDEX.users.slice(0, 1) },
  ]);
  const good = all.filter(({ kind }) => kind === "good").map(({ value }) => value);
  expect(good.map((value) => good.indexOf(value))).toEqual([0, 0, 2, 3]);
});
