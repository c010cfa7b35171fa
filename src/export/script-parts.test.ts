import { expect, test } from "vitest";
import { parseScenario } from "../scenario/parse.ts";
import { formatProblems } from "../scenario/problem.ts";
import type { ExportMaterial } from "./material.ts";
import { exportScript } from "./script.ts";

/* A script holds what its scenario uses, and nothing else. */

const MATERIAL: ExportMaterial = {
  built: { "sandbox-1.0.0-py3-none-any.whl": { "sandbox-1.0.0.dist-info/METADATA": "Name: sandbox\n" } },
  carried: {},
  wheels: { private: ["sandbox-1.0.0-py3-none-any.whl"] },
  guids: {},
  key: "KEY\n",
  certificates: { "packages.example.com": "CERTIFICATE\n" },
  ca: "CA\n",
  probe: "",
  plugin: "",
};
const SMALL = `schema = 1
title = "small"
[index.private]
url = "http://packages.example.com/simple/"
user = "alice"
metadata = false
packages = [{ name = "sandbox" }]
[[step]]
run = "uv sync"
reproduced = { final.any = { index = "private", status = 401 } }
healthy = { exit = 0 }
`;

const SIMPLE_URL = 'url = "http://packages.example.com/simple/"';

function exported(text: string, material = MATERIAL): string {
  const parsed = parseScenario(text);
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems, text));
  return exportScript(parsed.scenario, material, { verified: null });
}

const instead = (text: string, other: string): string => SMALL.replace(text, other);
const also = (text: string): string => SMALL.replace("[[step]]", `${text}\n[[step]]`);
const condition = (text: string): string => instead("healthy = { exit = 0 }", `healthy = { exit = 0, ${text} }`);

/** What each feature adds, and a scenario that has it. */
const FEATURES: readonly (readonly [string, string, readonly string[], ExportMaterial?])[] = [
  ["https", instead("http:", "https:"), ["ssl", "CONTEXTS", "do_CONNECT", "ca.pem", "authority"]],
  ["metadata", instead("metadata = false\n", ""), ["data-dist-info-metadata", "self.metadata"]],
  ["a public index", instead("metadata", "public = true\nmetadata"), ["open_to_all", "public"]],
  [
    "gitlab",
    instead(SIMPLE_URL, 'flavour = "gitlab"\nurl = "http://packages.example.com/api/v4/projects/1/packages/pypi/simple/"'),
    ["class GitLab", "class PyPI", "missing"],
  ],
  [
    "azure",
    instead(SIMPLE_URL, 'flavour = "azure-devops"\nurl = "http://packages.example.com/acme/_packaging/main/pypi/simple/"'),
    ["class AzureDevOps", "stored", "self.version"],
  ],
  ["redirects", instead("metadata =", 'redirect = { to = "https://b.example.com/", status = 302 }\nmetadata ='), ["Location", "elsewhere"]],
  ["a stale secret", also('[home]\n".netrc" = "{{stale.private}}"'), ["STALE_", '"stale"', "revoked"]],
  ["a guest", instead('user = "alice"', 'users = [{ name = "alice", state = "guest" }]'), ["no-access", "Forbidden"]],
  ["a user's state", also("").replace("run =", 'set = { user = "private", state = "expired" }\nrun ='), ["set_state", "/states"]],
  ["keyring", also("[keyring]\ntool = []"), ["keyring_py", "probe_py", "PYTHONPATH", "def calls", "def origin"]],
  ["outputs", condition('stderr = "x"'), ["def output"]],
  ["every", condition("final.every = { status = 200 }"), ["def every"]],
  ["files", condition('file.any = { path = "uv.lock", exists = true }'), ["def content"]],
  ["leaks", condition('leak.none = { in = "stdout" }'), ["SECRETS", "secrets_in", "DISGUISES", "WRITTEN", "base64.b64encode"]],
  ["supported", instead("[index", 'supported = ">=0.9"\n[index'), ["def supports", "judge uv"]],
  ["the venv", instead("run =", 'venv = "active"\nrun ='), ["--active", "VIRTUAL_ENV"]],
  ["another folder", instead("run =", 'cwd = "a"\nrun ='), ["--in"]],
  ["files", also('[files]\n"a.txt" = "a"'), ["put"]],
  ["a program", also('[files]\n"a.sh" = "#!/bin/sh"'), ["put", "#!'"]],
  ["preparing steps", also('[[step]]\nrun = "uv lock"\nexit = "any"\n'), ["prepares("]],
  ["a program under uv run", instead("uv sync", "uv run python -V"), ["OWN_WORDS"]],
  ["137", instead("exit = 0", "exit = 137"), ["ABOUT"]],
  ["a real package", SMALL, ["def carried", "# wheel "], { ...MATERIAL, carried: { "real-1-py3-none-any.whl": "AAAA" } }],
];

test.each(FEATURES.map(([feature, text, words, material]) => ({ feature, text, words, material })))(
  "$feature is in the script where it is used",
  ({ text, words, material }) => {
    const small = exported(SMALL);
    const large = exported(text, material);
    expect(words.filter((word) => small.includes(word))).toEqual([]);
    expect(words.filter((word) => !large.includes(word))).toEqual([]);
  },
);

test("the small script stays short", () => {
  expect(exported(SMALL).split("\n").length).toBeLessThan(500);
});
