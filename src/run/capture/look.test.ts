import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { lookedWords } from "../../capture/look/words.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { look } from "./look.ts";
import { createSecretNames } from "./secret-names.ts";

const FILES = {
  "work/uv.toml": '[[index]]\nname = "hidden"\nurl = "https://hidden.test/"\n',
  "work/repo/pyproject.toml":
    '[project]\nname = "root"\n[tool.uv]\nkeyring-provider = "subprocess"\n[tool.uv.workspace]\nmembers = ["packages/*"]\n[[tool.uv.index]]\nname = "falcon-prod"\nurl = "https://jane:plover-88@pkgs.test/simple/"\n',
  "work/repo/packages/member/pyproject.toml":
    '[project]\nname = "member"\n[[tool.uv.index]]\nname = "nest"\nurl = "https://nest.test/simple/"\n',
  "work/repo/uv.lock": 'version = 1\n[[package]]\nname = "orion"\n',
  "work/repo/.venv/pyvenv.cfg": "",
  "work/repo/.venv/bin/keyring": "#!/bin/sh\n",
  "home/.netrc": "machine pkgs.test login jane password heron-77\n",
  "home/.local/share/uv/credentials/credentials.toml":
    '[[credential]]\nservice = "https://pkgs.test"\nusername = "bot"\npassword = "plover-88"\n',
  "home/.local/share/uv/tools/keyring/bin/keyring": "#!/bin/sh\n",
  "home/.local/share/uv/tools/keyring/lib/python3.11/site-packages/falcon_keyring-1.0.dist-info/entry_points.txt":
    "[keyring.backends]\nx = y\n",
  "home/.cache/uv/simple-v18/index/abc/orion.rkyv": "",
};

it("finds what uv would read in a workspace's member, in uv's order, and tells no secret", async () => {
  await using folder = await temporaryFolder();
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), text, { mode: text.startsWith("#!") ? 0o755 : 0o600 });
  }
  const [root, home] = [join(folder.path, "work/repo"), join(folder.path, "home")];
  const env = {
    HOME: home,
    PATH: `${root}/.venv/bin:${home}/.local/share/uv/tools/keyring/bin`,
    VIRTUAL_ENV: `${root}/.venv`,
    UV_INDEX: "https://oauth2:osprey-66@pkgs.test/other/",
    UV_INDEX_FALCON_USERNAME: "jane",
  };
  const secrets = createSecretNames();
  const looked = await look({ folder: join(root, "packages/member"), env, nameSecret: secrets.name, versionOf: async () => "0.0.0" });

  // The machine may have a pip.conf of its own.
  const told = lookedWords(looked).filter((line) => !line.startsWith("pip's"));
  const words = told.join("\n").replaceAll(folder.path, "$WORK");
  expect(words).toMatchInlineSnapshot(`
    "uv: none on PATH
    project: $WORK/work/repo, run in packages/member
    read: pyproject.toml
    read: packages/member/pyproject.toml
    there, and not read by uv: ../uv.toml
    index without a name: https://pkgs.test/other/ (UV_INDEX), in its URL user oauth2, secret-2
    index falcon-prod: https://pkgs.test/simple/ (pyproject.toml), in its URL user jane, secret-1
    index nest: https://nest.test/simple/ (packages/member/pyproject.toml)
    keyring: asked (subprocess, by pyproject.toml)
    keyring command 1, which answers: $WORK/work/repo/.venv/bin/keyring (venv; no backends beside its own)
    keyring command 2: $WORK/home/.local/share/uv/tools/keyring/bin/keyring (tool; backends of falcon_keyring)
    login 1, in netrc: pkgs.test, user jane, secret-3
    login 2, in uv's store: https://pkgs.test, user bot, secret-1
    variable: UV_INDEX = https://oauth2:‹secret-2›@pkgs.test/other/
    variable: UV_INDEX_FALCON_USERNAME = jane
    variable: VIRTUAL_ENV = $WORK/work/repo/.venv
    variable that uv does not read: UV_INDEX_FALCON_USERNAME; for index falcon-prod it reads UV_INDEX_FALCON_PROD_USERNAME
    venv: there, active, holds a keyring
    lock file: there
    cache: there, with pages of 1 packages of the lock file"
  `);
  expect(secrets.foundIn(words + JSON.stringify(looked))).toEqual([]);
  expect(secrets.foundIn(Object.values(FILES).join("\n"))).toHaveLength(2);
});
