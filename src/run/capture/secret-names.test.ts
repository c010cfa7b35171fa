import { expect, it } from "vitest";
import { createSecretNames } from "./secret-names.ts";

it("knows equal secrets, and finds one in a text in the spellings of URLs", () => {
  const secrets = createSecretNames();
  expect([secrets.name("plover/88+x"), secrets.name("heron-1234"), secrets.name("plover/88+x")]).toEqual([
    "secret-1",
    "secret-2",
    "secret-1",
  ]);
  expect(secrets.foundIn("https://me:plover%2F88%2Bx@a.test/")).toEqual(["secret-1"]);
  expect(secrets.foundIn("password plover/88+x\nheron-1234")).toEqual(["secret-1", "secret-2"]);
  expect(secrets.foundIn("plover/88 and heron-123")).toEqual([]);
  expect(JSON.stringify(secrets)).not.toContain("plover");
});
