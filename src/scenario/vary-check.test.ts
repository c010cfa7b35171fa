import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { checkVary } from "./vary-check.ts";
import { vary } from "./vary.ts";

const SCENARIO = `
schema = 1
title = "t"
env = { UV_INDEX = "https://a.example/simple/", KEPT = "1" }

[index.private]
user = "alice"

[[step]]
run = "uv sync"
env = { UV_KEYRING_PROVIDER = "subprocess", A = "1" }
reproduced = { exit = "nonzero" }
healthy = { exit = 0 }
`;

const complaints = (options: string): string[] => checkVary(parse(`${SCENARIO}\n${options}`));

test("each slip in an option is told with the option's name", () => {
  expect(
    complaints(`
[vary]
empty = {}

[vary.steps]
"as is" = {}
"no such step" = { step.9 = { run = "uv lock" } }
"judged" = { step.0 = { reproduced = { exit = 2 } } }
"all steps" = { step = [{ run = "uv lock" }] }
"text before" = { before = "uv auth login" }

[vary.twice]
"as is" = {}
"one" = { env = { A = "1" } }
"same" = { env = { A = "1" } }

[vary.variables]
"as is" = {}
"slip" = { env = { UV_INDX = "a" } }
"slip in a step" = { step.0.env = { UV_KEYRING_PROVIDR = "disabled" } }
"any index" = { env = { UV_INDEX_PRIVAT_USERNAME = "a", UV_SOMETHING_ENTIRELY_NEW = "1", INDX = "1" } }

[vary.unset]
"as is" = {}
"absent" = { unset = { env = ["NOT_SET"] } }
"of the wrong kind" = { unset = "env" }
"judged" = { unset = { step.0 = ["healthy"] } }
"fine" = { unset = { env = ["KEPT"] } }
`),
  ).toMatchInlineSnapshot(`
    [
      "vary.empty: is empty; its first option is the starting point",
      "vary.steps.no such step.step.9: there is no such step; they are counted from 0, and the last is 0",
      "vary.steps.judged.step.0.reproduced: an option may not overwrite what is judged",
      "vary.steps.all steps.step: would overwrite what is judged; change steps by their number, as step.0.run",
      "vary.steps.text before.before: is a list of steps, as [{ run = "uv auth login …" }]",
      "vary.twice.same: says the same as one, so one of the two is no option",
      "vary.variables.slip.env.UV_INDX: uv knows no such variable; did you mean UV_INDEX?",
      "vary.variables.slip in a step.step.0.env.UV_KEYRING_PROVIDR: uv knows no such variable; did you mean UV_KEYRING_PROVIDER?",
      "vary.unset.absent.unset: there is no env.NOT_SET to take away",
      "vary.unset.of the wrong kind.unset: names what is taken away, as { env = ["UV_INDEX"], step.0.env = ["UV_KEYRING_PROVIDER"] }",
      "vary.unset.judged.unset: an option may not take away what is judged",
    ]
  `);
});

test("`unset` takes away, a step's `env` is replaced, and `users` takes the place of `user`", () => {
  const document = parse(`${SCENARIO}
[vary.a]
"as is" = {}
"without" = { unset = { env = ["UV_INDEX"], step.0.env = ["UV_KEYRING_PROVIDER"] } }
"other" = { step.0.env = { B = "2" }, index.private.users = ["bob"] }
`);
  const varied = (option: string): unknown => vary(document, [{ axis: "a", option }]).document;
  expect(checkVary(document)).toEqual([]);
  expect(varied("without")).toMatchObject({ env: { KEPT: "1" }, step: [{ env: { A: "1" } }] });
  expect(varied("without")).not.toHaveProperty("env.UV_INDEX");
  expect(varied("without")).not.toHaveProperty("step.0.env.UV_KEYRING_PROVIDER");
  expect(varied("other")).toMatchObject({ index: { private: { users: ["bob"] } } });
  expect(varied("other")).not.toHaveProperty("index.private.user");
  expect(varied("other")).not.toHaveProperty("step.0.env.A");
});
