import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { IndexSetting, KeyringCommand, Looked, ProjectFile, StoredLogin } from "../../capture/model.ts";
import { readCredentialStore } from "../../capture/look/credential-store.ts";
import { readNetrc } from "../../capture/look/netrc.ts";
import { indexesInRequirements } from "../../capture/look/requirements.ts";
import { readSettings } from "../../capture/look/settings.ts";
import { indexesInVariables, misnamedVariables, readVariables } from "../../capture/look/variables.ts";
import { hideUrlSecrets, type NameSecret } from "../../capture/secret-book.ts";
import { lockedNames } from "../../capture/write/packages.ts";
import { executablesOnPath } from "../../uv/search-path.ts";
import { findProject, membersOf } from "./find-project.ts";
import { backendsBeside, cachedPackages, installedTools } from "./look-around.ts";
import { readText } from "./read-text.ts";
import { requirementsFiles } from "./requirements-files.ts";

export interface LookOptions {
  /** Where the command runs; absolute. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nameSecret: NameSecret;
  /** Asks a uv for its release. */
  readonly versionOf: (uv: string) => Promise<string>;
  /** Requirements files that the command names, as it names them. */
  readonly requirements?: readonly string[];
  /** The uv that the command names by a path; default: the first on PATH. */
  readonly uv?: string;
}

/** Reads what a uv command in a folder would read. Runs nothing but `uv --version`, sends nothing, changes nothing. */
export async function look({ folder, env, nameSecret, versionOf, uv: named, requirements: files = [] }: LookOptions): Promise<Looked> {
  const unread: string[] = [];
  const hidden = async (file: string): Promise<string | null> => {
    const text = await readText(file);
    return text === null ? null : hideUrlSecrets(text, nameSecret);
  };
  const home = env["HOME"] ?? env["USERPROFILE"] ?? "";
  const places = placesOf(env, home);
  const { root } = await findProject(folder);
  const manifests: ProjectFile[] = [];
  for (const name of await membersOf(root)) {
    const text = await hidden(path.join(root, name));
    if (text !== null) manifests.push({ path: name, text });
  }
  const settings = await settingsFiles(root, env, places.config, hidden);
  const indexes: IndexSetting[] = [];
  let keyringProvider: Looked["keyringProvider"] = null;
  const variables = readVariables(env, nameSecret);
  const provider = variables.find(({ name }) => name === "UV_KEYRING_PROVIDER")?.value ?? null;
  if (provider !== null) keyringProvider = { value: provider, place: "UV_KEYRING_PROVIDER" };
  indexes.push(...indexesInVariables(variables));
  const documents = [
    ...manifests.map(({ path: place, text }) => ({ place, text, kind: "pyproject" as const })),
    ...settings.filter(({ read }) => read).map(({ place, text }) => ({ place, text, kind: "uv" as const })),
  ];
  for (const { place, text, kind } of documents) {
    try {
      const found = readSettings(text, place, kind);
      indexes.push(...found.indexes);
      if (found.keyringProvider !== null) keyringProvider ??= { value: found.keyringProvider, place };
    } catch {
      unread.push(`${place}: no TOML`);
    }
  }
  const requirements = await requirementsFiles(
    root,
    files.map((file) => path.resolve(folder, file)),
    hidden,
  );
  indexes.push(...requirements.flatMap(({ path: place, text }) => indexesInRequirements(text, place)));
  const lock = await hidden(path.join(root, "uv.lock"));
  const logins = await storedLogins(places, nameSecret, unread);
  const venv = await lookAtVenv(root, env);
  const uv = named ?? (await executablesOnPath(["uv"], env))[0] ?? null;
  return {
    uv: uv === null ? null : { path: uv, version: await versionOf(uv) },
    root,
    cwd: path.relative(root, folder).split(path.sep).join("/"),
    manifests,
    settings,
    lock: lock === null ? null : { path: "uv.lock", text: lock },
    requirements,
    pythonVersion: (await readText(path.join(root, ".python-version")))?.trim() ?? null,
    pipFiles: await present(places.pip),
    indexes,
    keyringProvider,
    logins,
    variables,
    misnamed: misnamedVariables(variables, indexes),
    keyrings: await keyringCommands(env, venv.path, places.tools),
    venv,
    tools: await installedTools(places.tools, hidden),
    cache: {
      path: places.cache,
      exists: await exists(places.cache),
      packages: await cachedPackages(places.cache, new Set(lockedNames(lock ?? ""))),
    },
    unread,
  };
}

interface Places {
  readonly config: string;
  readonly netrc: string;
  readonly store: string;
  readonly tools: string;
  readonly cache: string;
  readonly pip: readonly string[];
}

/** Where uv, pip and netrc keep their things on this kind of machine. */
export function placesOf(env: Readonly<Record<string, string>>, home: string): Places {
  const data = env["XDG_DATA_HOME"] ?? path.join(home, ".local/share");
  const config = env["XDG_CONFIG_HOME"] ?? path.join(home, ".config");
  return {
    config,
    netrc: env["NETRC"] ?? path.join(home, ".netrc"),
    store: path.join(env["UV_CREDENTIALS_DIR"] ?? path.join(data, "uv/credentials"), "credentials.toml"),
    tools: env["UV_TOOL_DIR"] ?? path.join(data, "uv/tools"),
    cache: env["UV_CACHE_DIR"] ?? path.join(env["XDG_CACHE_HOME"] ?? path.join(home, ".cache"), "uv"),
    pip: [env["PIP_CONFIG_FILE"] ?? "", path.join(config, "pip/pip.conf"), path.join(home, ".pip/pip.conf"), "/etc/pip.conf"],
  };
}

/** uv reads the nearest uv.toml or `[tool.uv]` upwards, then the user's, then the system's. */
async function settingsFiles(
  root: string,
  env: Readonly<Record<string, string>>,
  config: string,
  hidden: (file: string) => Promise<string | null>,
): Promise<Looked["settings"]> {
  const found: { place: string; text: string; read: boolean }[] = [];
  const off = env["UV_NO_CONFIG"] !== undefined && env["UV_NO_CONFIG"] !== "";
  const only = env["UV_CONFIG_FILE"];
  const add = async (file: string, place: string, read: boolean): Promise<void> => {
    const text = await hidden(file);
    if (text !== null) found.push({ place, text, read: read && !off });
  };
  if (only !== undefined) await add(only, "UV_CONFIG_FILE", true);
  let nearest = true;
  for (let folder = root, up = ""; ; folder = path.dirname(folder), up += "../") {
    await add(path.join(folder, "uv.toml"), `${up}uv.toml`, nearest && only === undefined);
    const manifest = await hidden(path.join(folder, "pyproject.toml"));
    if (found.length > 0 || /^\[+tool\.uv\b/mu.test(manifest ?? "")) nearest = false;
    if (folder === path.dirname(folder)) break;
  }
  await add(path.join(config, "uv/uv.toml"), "~/.config/uv/uv.toml", only === undefined);
  for (const folder of (env["XDG_CONFIG_DIRS"] ?? "/etc/xdg").split(":"))
    await add(path.join(folder, "uv/uv.toml"), "the system's uv.toml", only === undefined);
  await add("/etc/uv/uv.toml", "the system's uv.toml", only === undefined);
  return found;
}

async function storedLogins(places: Places, nameSecret: NameSecret, unread: string[]): Promise<StoredLogin[]> {
  const found: StoredLogin[] = [];
  const netrc = await readText(places.netrc);
  if (netrc !== null) found.push(...readNetrc(netrc, "netrc", nameSecret));
  const store = await readText(places.store);
  if (store === null) return found;
  try {
    return [...found, ...readCredentialStore(store, "uv's store", nameSecret)];
  } catch {
    // What is wrong with it would show its text.
    unread.push("uv's store: no TOML");
    return found;
  }
}

async function lookAtVenv(root: string, env: Readonly<Record<string, string>>): Promise<Looked["venv"]> {
  const folder = path.resolve(root, env["UV_PROJECT_ENVIRONMENT"] ?? ".venv");
  const active = env["VIRTUAL_ENV"] ?? "";
  return {
    path: folder,
    exists: await exists(path.join(folder, "pyvenv.cfg")),
    active: active !== "" && path.resolve(active) === folder,
    holdsKeyring: await exists(path.join(folder, "bin/keyring")),
  };
}

async function keyringCommands(env: Readonly<Record<string, string>>, venv: string, tools: string): Promise<KeyringCommand[]> {
  const files = await executablesOnPath(["keyring"], env);
  return Promise.all(
    files.map(async (file) => {
      const real = await realpath(file).catch(() => file);
      const from = isBelow(venv, file) ? "venv" : isBelow(tools, real) ? "tool" : "other";
      return { path: file, from, backends: await backendsBeside(real) } as const;
    }),
  );
}

function isBelow(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

async function present(files: readonly string[]): Promise<string[]> {
  const there = await Promise.all(files.map(async (file) => file !== "" && (await exists(file))));
  return files.filter((_, at) => there[at]);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
