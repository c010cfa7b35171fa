import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { cacheFolder } from "../../src/run/cache/cache-folder.ts";
import type { RunJson } from "../../src/index.ts";
import { temporaryFolder } from "../real-tools.ts";
import { put, ROOT, runCommand } from "./command.ts";

/** What a user may have at home that would change what uv or keyring answers. */
const HOME_FILES: Readonly<Record<string, string>> = {
  ".config/uv/uv.toml": '[[index]]\nname = "dead"\nurl = "http://127.0.0.1:1/simple/"\ndefault = true\n',
  ".local/share/uv/credentials/credentials.toml": "this is = not [toml",
  ".netrc": "machine feeds.example.com login VssSessionToken password person-secret\ndefault login person password person-secret\n",
  ".config/pip/pip.conf": "[global]\nindex-url = http://127.0.0.1:1/simple/\n",
  ".config/python_keyring/keyringrc.cfg": "[backend]\ndefault-keyring=keyring.backends.null.Keyring\n",
  ".local/share/python_keyring/keyring_pass.cfg": "[feeds]\nperson = person-secret\n",
  "modules/sitecustomize.py": "raise SystemExit('the sitecustomize of the user')\n",
};

const SCENARIO = path.join(ROOT, "scenarios/keyring-shadowing.toml");

it("a poisoned home and environment change no verdict, and are not changed", async () => {
  // The harness fetches by the user's own settings, so what is needed must be there beforehand.
  const plain = await verdicts({});
  await using home = await temporaryFolder();
  for (const [name, text] of Object.entries(HOME_FILES)) await put(home.path, name, text);
  const before = await fingerprint(home.path);
  const dead = "http://127.0.0.1:1";
  const poisoned = await verdicts({
    UV_MRE_CACHE_DIR: cacheFolder(process.env),
    HOME: home.path,
    USERPROFILE: home.path,
    XDG_CONFIG_HOME: path.join(home.path, ".config"),
    XDG_DATA_HOME: path.join(home.path, ".local/share"),
    XDG_CACHE_HOME: path.join(home.path, ".cache"),
    UV_CONFIG_FILE: path.join(home.path, ".config/uv/uv.toml"),
    UV_INDEX: `${dead}/simple/`,
    UV_DEFAULT_INDEX: `${dead}/simple/`,
    UV_INDEX_PRIVATE_USERNAME: "VssSessionToken",
    UV_INDEX_PRIVATE_PASSWORD: "person-secret",
    UV_KEYRING_PROVIDER: "disabled",
    UV_OFFLINE: "1",
    UV_NO_CACHE: "1",
    UV_PROJECT_ENVIRONMENT: path.join(home.path, "venv"),
    PIP_INDEX_URL: `${dead}/simple/`,
    PIP_CONFIG_FILE: path.join(home.path, ".config/pip/pip.conf"),
    NETRC: path.join(home.path, ".netrc"),
    PYTHON_KEYRING_BACKEND: "keyring.backends.null.Keyring",
    PYTHONPATH: path.join(home.path, "modules"),
    VIRTUAL_ENV: path.join(home.path, "venv"),
    HTTP_PROXY: dead,
    HTTPS_PROXY: dead,
    ALL_PROXY: dead,
    http_proxy: dead,
    https_proxy: dead,
    all_proxy: dead,
    NO_PROXY: "*",
    SSL_CERT_FILE: path.join(home.path, "absent.pem"),
  });
  expect(poisoned).toEqual(plain);
  expect(plain.map(({ verdict }) => verdict)).toEqual(["reproduced", "healthy"]);
  expect(await fingerprint(home.path)).toEqual(before);
});

/** One scenario where keyring is asked and one where the environment says it; what each run did, without times. */
async function verdicts(env: Readonly<Record<string, string>>): Promise<{ verdict: string; course: string[] }[]> {
  const files = [SCENARIO, path.join(ROOT, "scenarios/env-credentials.toml")];
  const { stdout, stderr } = await runCommand(["run", ...files, "--uv", "0.9.5", "--json"], { env });
  expect({ stdout, stderr }).not.toMatchObject({ stdout: "" });
  const { runs } = JSON.parse(stdout) as RunJson;
  return runs.map(({ verdict, steps, requests, keyring }) => ({
    verdict,
    course: [
      ...steps.map(({ argv, exit }) => `${argv.join(" ")} → ${exit}`),
      ...keyring.map(({ step, from, raised }) => `${step} keyring from ${from}: ${raised}`),
      ...requests
        .map(({ step, method, url, status, user, authorization }) => `${step} ${method} ${url} ${status} ${user} ${authorization}`)
        .sort(),
    ],
  }));
}

/** Every file and folder with its content and the time of its last change. */
async function fingerprint(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const hash = entry.isFile()
      ? createHash("sha256")
          .update(await readFile(file))
          .digest("hex")
      : "folder";
    return `${path.relative(folder, file)} ${hash} ${(await stat(file)).mtimeMs}`;
  });
  return [`. ${(await stat(folder)).mtimeMs}`, ...(await Promise.all(lines)).sort()];
}
