import { expect } from "vitest";
import type { Chain, UvLog } from "../src/capture/uv-log/model.ts";
import { readSettings } from "../src/capture/look/settings.ts";
import type { AskedAnswer, Looked } from "../src/capture/model.ts";
import { namesOf } from "../src/capture/names/collect.ts";
import type { Recorded } from "../src/capture/record/recorded.ts";
import { remainingNames } from "../src/capture/names/remaining-names.ts";
import { createRenamer } from "../src/capture/names/rename.ts";
import { repairsOf } from "../src/capture/repairs.ts";
import { type Draft, draftOf } from "../src/capture/write/draft.ts";
import { materialOf } from "../src/capture/write/material.ts";
import { scenarioToml } from "../src/capture/write/toml.ts";
import { parseScenario } from "../src/scenario/parse.ts";

export const PROJECT = `[project]
name = "falcon"
version = "7.3.1"
dependencies = ["orion[fast]>=2.1,<3", "lumen; python_version > '3'"]
[dependency-groups]
nest = ["quartz==1.2.*"]
[build-system]
requires = ["hatchling"]
[tool.uv]
conflicts = [[{ extra = "fast" }, { group = "nest" }]]
[tool.uv.sources]
orion = { index = "falcon-prod" }
[[tool.uv.index]]
name = "falcon-prod"
url = "https://pkgs.falcon.test/api/pypi/heron/simple"
`;

/** Nobody's credentials. */
export const NOBODY: Looked = {
  uv: null,
  root: "/home/jane/falcon",
  cwd: "",
  manifests: [{ path: "pyproject.toml", text: PROJECT }],
  settings: [],
  lock: null,
  requirements: [],
  pythonVersion: null,
  pipFiles: [],
  indexes: readSettings(PROJECT, "pyproject.toml", "pyproject").indexes,
  keyringProvider: null,
  logins: [],
  variables: [],
  misnamed: [],
  keyrings: [],
  venv: { path: "/home/jane/falcon/.venv", exists: false, active: false, holdsKeyring: false },
  tools: [],
  cache: { path: "", exists: false, packages: [] },
  unread: [],
};

export const PAGE: Chain = {
  url: "https://pkgs.falcon.test/api/pypi/heron/simple/orion/",
  method: "GET",
  policy: "auto",
  brought: "nothing",
  asked: [],
  sent: "none",
  source: null,
  user: null,
  statuses: [401],
  ended: 401,
  redirects: [],
};

export function drafted(looked: Looked, log: UvLog, argv: readonly string[] = ["uv", "sync"]): Draft {
  const renamer = createRenamer(namesOf(looked, log, argv, [], []));
  return draftOf(materialOf(looked, log, renamer), argv);
}

/** The scenario's text, which must be one, and its repairs, each of which must make one. */
export function written(
  looked: Looked,
  log: UvLog,
  argv: readonly string[] = ["uv", "sync"],
  asked: readonly AskedAnswer[] = [],
  recorded: readonly Recorded[] = [],
): { text: string; repairs: string[] } {
  const renamer = createRenamer(namesOf(looked, log, argv, [], []));
  const material = { ...materialOf(looked, log, renamer), asked, recorded };
  const draft = draftOf(material, argv);
  const steps = draft.document["step"] as Record<string, unknown>[];
  const conditions = { reproduced: { exit: "nonzero" }, healthy: { exit: 0 } };
  const document = { ...draft.document, step: steps.map((step, at) => (at === draft.failing ? { ...step, ...conditions } : step)) };
  const repairs = repairsOf(material, draft);
  const vary = { repair: Object.fromEntries(repairs.map(({ id, piece }) => [id, piece])) };
  const text = scenarioToml({ ...document, ...(repairs.length === 0 ? {} : { vary }) });
  for (const option of [null, ...repairs.map(({ id }) => id)]) {
    const parsed = parseScenario(text, option === null ? {} : { choices: [{ axis: "repair", option }] });
    expect(parsed.ok ? [] : parsed.problems.map(({ key, message }) => `${key}: ${message}`)).toEqual([]);
  }
  expect(remainingNames(text, renamer)).toEqual([]);
  return { text, repairs: repairs.map(({ id }) => id) };
}
