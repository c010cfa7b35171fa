import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Secret } from "../observation/secret.ts";
import { AUTHORIZATIONS, type UserState } from "../scenario/model.ts";
import { parseAuthorization } from "./authorization.ts";
import { type Caller, identify, secretTable } from "./caller.ts";

const secrets: Secret[] = [
  { name: "a.alice", index: "a", user: "alice", kind: "good", value: "good-of-alice" },
  { name: "a.alice", index: "a", user: "alice", kind: "stale", value: "stale-of-alice" },
  { name: "a.guest", index: "a", user: "guest", kind: "good", value: "good-of-guest" },
  { name: "a.expired", index: "a", user: "expired", kind: "good", value: "good-of-expired" },
  { name: "b.alice", index: "b", user: "alice", kind: "good", value: "good-at-b" },
];
const states: Record<string, UserState> = { alice: "good", guest: "guest", expired: "expired" };
const at = {
  index: "a",
  stateOf: (user: string) => states[user] ?? null,
  stateElsewhere: () => null,
  accepts: (sent: string, user: string) => sent === user,
  bearer: true,
  secretPlace: (): "password" | "user" | "either" => "password",
};

function see(header: string | undefined): Caller {
  return identify(parseAuthorization(header), secretTable(secrets), at);
}

test("what was sent is told apart, and the secret named wherever it was sent", () => {
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;
  const rows = [
    ["nothing", undefined],
    ["its user's secret", basic("alice:good-of-alice")],
    ["a guest's", basic("guest:good-of-guest")],
    ["a user alone", basic("alice:")],
    ["a secret as the user", basic("good-of-alice:")],
    ["the stale one", basic("alice:stale-of-alice")],
    ["an expired user's", basic("expired:good-of-expired")],
    ["another user's", basic("alice:good-of-guest")],
    ["another index's", basic("alice:good-at-b")],
    ["an unknown one", basic("alice:wrong")],
    ["one with colons", basic("alice:a:b")],
    ["a bearer token", "Bearer good-of-alice"],
    ["another scheme", "Digest x"],
    ["Basic without a colon", basic("alice")],
    ["Basic that is no base64", "Basic %%%"],
    ["a scheme in lower case", basic("alice:good-of-alice").replace("Basic", "basic")],
  ] as const;
  expect(
    rows.map(([name, header]) => {
      const { authorization, authState, user, secret } = see(header);
      return `${name}: ${authorization}, ${authState}, user ${user}, ${secret}`;
    }),
  ).toMatchInlineSnapshot(`
    [
      "nothing: none, anonymous, user null, null",
      "its user's secret: good, good, user alice, a.alice",
      "a guest's: good, guest, user guest, a.guest",
      "a user alone: user-only, unknown, user alice, null",
      "a secret as the user: user-only, unknown, user good-of-alice, a.alice",
      "the stale one: stale, revoked, user alice, a.alice (stale)",
      "an expired user's: stale, expired, user expired, a.expired",
      "another user's: unknown, unknown, user alice, a.guest",
      "another index's: unknown, unknown, user alice, b.alice",
      "an unknown one: unknown, unknown, user alice, null",
      "one with colons: unknown, unknown, user alice, null",
      "a bearer token: bearer, good, user null, a.alice",
      "another scheme: unknown, unknown, user null, null",
      "Basic without a colon: unknown, unknown, user null, null",
      "Basic that is no base64: unknown, unknown, user null, null",
      "a scheme in lower case: good, good, user alice, a.alice",
    ]
  `);
});

test("any header is one of the known kinds", () => {
  const header = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string().map((text) => `Basic ${text}`),
    fc.string({ unit: "binary" }).map((text) => `Basic ${Buffer.from(text).toString("base64")}`),
    fc
      .tuple(fc.constantFrom("alice", "guest", "x", ""), fc.constantFrom("good-of-alice", "good-at-b", "", "y"))
      .map(([user, password]) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`),
  );
  fc.assert(
    fc.property(header, (text) => {
      const caller = see(text);
      // Nobody is let in without a secret of this index.
      const entitled = caller.authState !== "good" || (text.startsWith("Basic ") && caller.account === "alice");
      const named = caller.account === null || caller.secret?.startsWith(`a.${caller.account}`) === true;
      expect([AUTHORIZATIONS.includes(caller.authorization), entitled, named]).toEqual([true, true, true]);
    }),
  );
});

test("a secret in the user's place, where it belongs there, and one that several indexes share", () => {
  const shared = [...secrets, { name: "b.alice", index: "b", user: "alice", kind: "good", value: "good-of-alice" } as const];
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;
  const ask = (pair: string, changes: Partial<typeof at>): string => {
    const caller = identify(parseAuthorization(basic(pair)), secretTable(shared), { ...at, ...changes });
    return `${caller.authorization}, ${caller.authState}, ${caller.account}, ${caller.secret}`;
  };
  const asUser = { secretPlace: () => "user" as const };
  expect({
    "in the user's place": ask("good-of-alice:", asUser),
    "expired, in the user's place": ask("good-of-expired:", asUser),
    "as a password": ask("alice:good-of-alice", asUser),
    "in the user's place, where either will do": ask("good-of-alice:", { secretPlace: () => "either" as const }),
    "as a password, where either will do": ask("alice:good-of-alice", { secretPlace: () => "either" as const }),
    "at this index": ask("alice:good-of-alice", {}),
    "at the other index": ask("alice:good-of-alice", { index: "b" }),
  }).toMatchInlineSnapshot(`
    {
      "as a password": "unknown, unknown, null, a.alice",
      "as a password, where either will do": "good, good, alice, a.alice",
      "at the other index": "good, good, alice, b.alice",
      "at this index": "good, good, alice, a.alice",
      "expired, in the user's place": "stale, expired, expired, a.expired",
      "in the user's place": "good, good, alice, a.alice",
      "in the user's place, where either will do": "good, good, alice, a.alice",
    }
  `);
});
