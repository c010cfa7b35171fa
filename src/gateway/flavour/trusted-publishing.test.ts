import { expect, test } from "vitest";
import { indexOf, openFixture } from "../../../test/gateway-fixture.ts";

const UPLOAD = "http://upload.example.com";
const TOKENS = "http://tokens.example.com/token?audience=pypi";
const INDEXES = [
  indexOf({ url: `${UPLOAD}/legacy/`, options: { "trusted-publishing": true } }),
  indexOf({ name: "tokens", url: "http://tokens.example.com/", users: [], options: { "id-tokens": true } }),
  indexOf({ name: "other", url: "http://other.example.com/simple/" }),
];

test("a job's identity token is given to whoever shows a bearer token, and no publisher is known by it", async () => {
  await using it = await openFixture({ indexes: INDEXES });
  const audience = await it.ask(`${UPLOAD}/_/oidc/audience`);
  expect([audience.status, audience.text]).toEqual([200, '{"audience":"pypi"}']);
  expect((await it.ask(TOKENS)).status).toBe(401);
  const token = await it.ask(TOKENS, { headers: { authorization: "Bearer of-the-job" } });
  const { value } = JSON.parse(token.text) as { value: string };
  const [, claims = ""] = value.split(".");
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ repository: "acme/app", ref: "refs/heads/main" });
  const minted = await it.ask(`${UPLOAD}/_/oidc/mint-token`, { method: "POST", headers: { "content-length": "0" } });
  expect([minted.status, minted.text]).toEqual([422, expect.stringContaining('"invalid-publisher"')]);
  expect(it.records().map(({ index, status }) => `${index} ${status}`)).toEqual(["private 200", "tokens 401", "tokens 200", "private 422"]);
});

test("other indexes have nothing there, and files are still asked for credentials", async () => {
  await using it = await openFixture({ indexes: INDEXES });
  expect((await it.ask("http://other.example.com/_/oidc/audience")).status).toBe(404);
  expect((await it.ask(`${UPLOAD}/legacy/sandbox/`)).status).toBe(401);
  expect((await it.ask(`${UPLOAD}/legacy/`, { method: "POST", headers: { "content-length": "0" } })).status).toBe(401);
});
