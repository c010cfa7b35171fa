import { expect, test } from "vitest";
import { parseScenario } from "./parse.ts";

/** Where each user's secret stands, or what is wrong. */
function places(index: string, run: string): string {
  const text = `schema = 1\ntitle = "x"\n${index}\n[[step]]\nrun = "uv pip install sandbox ${run}"\nreproduced = { exit = "nonzero" }\nhealthy = { exit = 0 }\n`;
  const result = parseScenario(text);
  if (!result.ok) return result.problems.map(({ kind, key, message }) => `${kind} ${key}: ${message}`).join("; ");
  return result.scenario.indexes
    .flatMap(({ name, users }) => users.map((user) => `${name}.${user.name}: ${user.secretPlace ?? "password"}`))
    .join(", ");
}

test("a plain index takes a secret where the file's own URL has it; a documented registry keeps its rule", () => {
  const url = 'url = "https://pkgs.example.com/simple/"';
  const plain = `[index.a]\n${url}\nusers = ["alice", "bob"]`;
  expect({
    "in no URL": places(plain, "--index-url {{login.a.alice}}"),
    "as a password": places(plain, "--index-url https://alice:{{secret.a.alice}}@pkgs.example.com/simple/"),
    "in the user's place": places(plain, "--index-url https://{{ secret.a.bob }}@pkgs.example.com/simple/"),
    "with an empty password": places(plain, "--index-url https://{{encoded.a.alice}}:@pkgs.example.com/simple/"),
    "a stale one": places(plain, "--index-url https://{{stale.a.bob}}@pkgs.example.com/simple/"),
    "where the file says otherwise": places(
      `[index.a]\n${url}\nuser = { name = "alice", secret-in = "password" }`,
      "--index-url https://{{secret.a}}@pkgs.example.com/simple/",
    ),
    "at another index of the host": places(
      `${plain}\n[index.b]\nurl = "https://pkgs.example.com/b/simple/"\nusers = ["alice", { name = "bob", secret = "own" }]`,
      "--index-url https://{{secret.a.alice}}@pkgs.example.com/simple/",
    ),
    "at a documented registry": places(
      '[index.a]\nflavour = "nexus"\nurl = "https://pkgs.example.com/repository/a/simple/"\nuser = "alice"',
      "--index-url https://{{secret.a}}@pkgs.example.com/repository/a/simple/",
    ),
    "said of it": places(
      '[index.a]\nflavour = "nexus"\nurl = "https://pkgs.example.com/repository/a/simple/"\nuser = { name = "alice", secret-in = "either" }',
      "",
    ),
    "odd characters": places(`[index.a]\n${url}\nuser = { name = "alice", secret-form = '{"a": "*"}' }`, "{{secret.a}}"),
    "odd characters without what is random": places(`[index.a]\n${url}\nuser = { name = "alice", secret-form = "@" }`, ""),
    "of a real pypiserver": places(
      `[index.a]\n${url}\nflavour = "pypiserver"\nbackend = "pypiserver"\nusers = [{ name = "alice", secret-in = "user" }, { name = "b", login = "c" }]`,
      "",
    ),
  }).toMatchInlineSnapshot(`
    {
      "a stale one": "a.alice: password, a.bob: either",
      "as a password": "a.alice: password, a.bob: password",
      "at a documented registry": "a.alice: password",
      "at another index of the host": "a.alice: either, a.bob: password, b.alice: either, b.bob: password",
      "in no URL": "a.alice: password, a.bob: password",
      "in the user's place": "a.alice: password, a.bob: either",
      "odd characters": "a.alice: password",
      "odd characters without what is random": "wrong-value index.a.user.secret-form: \`secret-form\` has one \`*\`, at most 200 characters, and none that cannot be printed",
      "of a real pypiserver": "conflict index.a.users[0].secret-in: \`secret-in\` is not known to a real pypiserver: its users have one password, under their own name; conflict index.a.users[1].login: \`login\` is not known to a real pypiserver: its users have one password, under their own name",
      "said of it": "a.alice: either",
      "where the file says otherwise": "a.alice: password",
      "with an empty password": "a.alice: either, a.bob: password",
    }
  `);
});

test("a step writes and deletes files in home, and nowhere beside it", () => {
  const read = (step: string): string[] => {
    const text = `schema = 1\ntitle = "x"\n[index.a]\nuser = "alice"\n[[step]]\nrun = "uv venv"\n${step}\nreproduced = { exit = "nonzero" }\nhealthy = { exit = 0 }\n`;
    const result = parseScenario(text);
    if (!result.ok) return result.problems.map(({ kind, key, message }) => `${kind} ${key}: ${message}`);
    return result.scenario.steps.flatMap((each) => [...Object.keys(each.write), ...each.delete]);
  };
  expect({
    home: read('write = { "~/.netrc" = "machine a.example.com", "a.txt" = "" }\ndelete = "~/.config"'),
    "out of home": read('write = { "~/../x" = "", "~//x" = "", "~" = "", "~root/x" = "", "~/~/x" = "" }'),
    "a file that would be a folder": read('write = { "~/a" = "", "~/a/b" = "" }'),
    "a setting that leaves": read('write = { "~/.config/uv/uv.toml" = "cache-dir = \'/tmp/x\'" }'),
    "a proxy": read('write = { "~/.config/uv/uv.toml" = "no-proxy = [\'*\']" }'),
  }).toMatchInlineSnapshot(`
    {
      "a file that would be a folder": [
        "conflict step[0].write."~/a/b": \`~/a\` is a file and cannot hold \`~/a/b\`",
      ],
      "a proxy": [
        "bad-environment step[0].write."~/.config/uv/uv.toml": \`no-proxy\`: the proxy is uv-mre's own: it leads to the scenario's indexes, and keeps uv off the network",
      ],
      "a setting that leaves": [
        "bad-path step[0].write."~/.config/uv/uv.toml": \`/tmp/x\` is absolute: a run stays in its folder",
      ],
      "home": [
        "~/.netrc",
        "a.txt",
        "~/.config",
      ],
      "out of home": [
        "bad-path step[0].write."~/../x": the path leaves its folder by \`..\`",
        "bad-path step[0].write."~//x": the path is absolute",
        "bad-path step[0].write."~": the path begins with \`~\`",
        "bad-path step[0].write."~root/x": the path begins with \`~\`",
        "bad-path step[0].write."~/~/x": the path begins with \`~\`",
      ],
    }
  `);
});
