import { expect, test } from "vitest";
import { parseScenario } from "../../../scenario/parse.ts";
import { formatProblems } from "../../../scenario/problem.ts";
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
  const parsed = parseScenario(text);
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems, text));
  expect(addressesInTexts(parsed.scenario)).toEqual([
    "https://two.example.com/simple/sandbox/",
    "https://one.example.com/simple/plain/",
    "https://two.example.com/simple/raw/",
  ]);
});
