import { expect, test } from "vitest";
import { parsedScenario } from "../../../../test/scenario-fixture.ts";
import { addressesInTexts } from "./address.ts";

test("a placeholder stands for the index that it names, whatever other index's name its own begins with", () => {
  const text = `schema = 1
title = "t"
[index.a]
url = "https://one.example.com/simple/"
user = "alice"
[index."a.b"]
url = "https://two.example.com/simple/"
user = "bob"
[env]
UV_INDEX = "{{url.a.b}}sandbox/ {{login.a.alice}}plain/"
UV_DEFAULT_INDEX = "{{ raw-login.a.b }}raw/"
[[step]]
run = "uv sync"
reproduced = { exit = 1 }
healthy = { exit = 0 }
`;
  expect(addressesInTexts(parsedScenario(text))).toEqual([
    "https://two.example.com/simple/sandbox/",
    "https://one.example.com/simple/plain/",
    "https://two.example.com/simple/raw/",
  ]);
});
