import type { IndexSetting, Looked } from "../model.ts";

/** What a look found, for people: one line a fact, without any secret. */
export function lookedWords(looked: Looked): string[] {
  const { uv, venv, lock, cache, keyringProvider } = looked;
  return [
    uv === null ? "uv: none on PATH" : `uv: ${uv.version} (${uv.path})`,
    `project: ${looked.root}${looked.cwd === "" ? "" : `, run in ${looked.cwd}`}`,
    ...looked.manifests.map(({ path }) => `read: ${path}`),
    ...looked.requirements.map(({ path }) => `read: ${path}`),
    ...looked.settings.map(({ place, read }) => (read ? `read: ${place}` : `there, and not read by uv: ${place}`)),
    ...looked.indexes.map(indexWords),
    keyringProvider === null
      ? "keyring: not asked (no keyring-provider)"
      : `keyring: asked (${keyringProvider.value}, by ${keyringProvider.place})`,
    ...looked.keyrings.map(({ path, from, backends }, at) => {
      const with_ = backends.length === 0 ? "no backends beside its own" : `backends of ${backends.join(", ")}`;
      return `keyring command ${at + 1}${at === 0 ? ", which answers" : ""}: ${path} (${from}; ${with_})`;
    }),
    ...looked.logins.map(
      ({ kind, service, user, secret }, at) =>
        `login ${at + 1}, in ${kind === "netrc" ? "netrc" : "uv's store"}: ${service}, ${credentials(user, secret)}`,
    ),
    ...looked.variables.map(({ name, value, secret }) => `variable: ${name}${secret === null ? ` = ${value ?? ""}` : `, ${secret}`}`),
    ...looked.misnamed.map(
      ({ name, index, rightName }) => `variable that uv does not read: ${name}; for index ${index} it reads ${rightName}`,
    ),
    `venv: ${venv.exists ? "there" : "none"}${venv.active ? ", active" : ""}${venv.holdsKeyring ? ", holds a keyring" : ""}`,
    `lock file: ${lock === null ? "none" : "there"}`,
    `cache: ${cache.exists ? `there${cache.packages.length === 0 ? "" : `, with pages of ${cache.packages.length} packages of the lock file`}` : "none"}`,
    ...(looked.pythonVersion === null ? [] : [`.python-version: ${looked.pythonVersion}`]),
    ...looked.pipFiles.map((file) => `pip's, which uv does not read: ${file}`),
    ...looked.tools.map(({ name }) => `tool: ${name}`),
    ...looked.unread.map((what) => `not read: ${what}`),
  ];
}

function indexWords({ name, url, user, secret, explicit, isDefault, authenticate, place }: IndexSetting): string {
  const flags = [isDefault ? "default" : "", explicit ? "explicit" : "", authenticate === "auto" ? "" : `authenticate ${authenticate}`];
  const told = [place, ...flags.filter((flag) => flag !== "")].join(", ");
  return `index ${name ?? "without a name"}: ${url} (${told})${user === null && secret === null ? "" : `, in its URL ${credentials(user, secret)}`}`;
}

function credentials(user: string | null, secret: string | null): string {
  return `${user === null ? "no user" : `user ${user}`}, ${secret ?? "no password"}`;
}
