import { expect, it } from "vitest";
import { uvLogOf } from "../../../test/uv-log-fixture.ts";
import { createRenamer } from "../../capture/names/rename.ts";
import { namesOf } from "../../capture/names/collect.ts";
import { readSettings } from "../../capture/look/settings.ts";
import { readVariables } from "../../capture/look/variables.ts";
import type { Looked } from "../../capture/model.ts";
import { draftOf } from "../../capture/write/draft.ts";
import { materialOf } from "../../capture/write/material.ts";
import { contrast, ROUGH, withConditions, type Contrast } from "./contrast.ts";
import type { Shown } from "./prove.ts";

const PROJECT = '[project]\nname = "falcon"\n[[tool.uv.index]]\nname = "prod"\nurl = "https://pkgs.falcon.test/simple/"\n';
const ARGV = ["uv", "sync"];

const VARIABLES = { UV_INDEX: "https://pkgs.falcon.test/simple/", UV_INDEX_PROD_USERNAME: "jane", UV_INDEX_PROD_PASSWORD: "s" };

/** Every hypothesis shows the same, and no repair heals: what is left is how many runs that takes. */
async function contrasting(budget: number): Promise<Contrast> {
  const looked = {
    root: "/falcon",
    cwd: "",
    requirements: [],
    manifests: [{ path: "pyproject.toml", text: PROJECT }],
    settings: [],
    lock: null,
    indexes: readSettings(PROJECT, "pyproject.toml", "pyproject").indexes,
    keyringProvider: null,
    logins: [],
    variables: readVariables(VARIABLES, () => "secret-1"),
    misnamed: [],
    keyrings: [],
    venv: { path: "", exists: false, active: false, holdsKeyring: false },
    tools: [],
    cache: { path: "", exists: false, packages: [] },
  } as unknown as Looked;
  const url = "https://pkgs.falcon.test/simple/one/";
  const page = { url, method: "GET", policy: "auto", brought: "nothing", asked: [], sent: "none", source: null, user: null } as const;
  const log = uvLogOf({ ...page, statuses: [401], ended: 401, redirects: [] });
  const material = materialOf(looked, log, createRenamer(namesOf(looked, log, ARGV, [], [])));
  const draft = draftOf(material, ARGV);
  const symptom = { exit: 1, facts: new Set(["refused"]), refused: true };
  const shown = { symptom, observation: { requests: [], steps: [], keyring: [] }, result: { verdict: "reproduced" } } as unknown as Shown;
  return contrast({
    material,
    draft,
    argv: ARGV,
    original: { symptom, sameExit: true, unstable: [] },
    document: withConditions(draft, ROUGH),
    show: async () => shown,
    budget,
    tell: () => undefined,
  });
}

it("varies what nobody saw as far as the budget goes, and names what it did not reach", async () => {
  const told = async (budget: number): Promise<[number, number, readonly string[]]> => {
    const { runs, varied } = await contrasting(budget);
    return [runs, varied.agreeing.length, varied.left.map((words) => words.replace(/user \w+/, "user X"))];
  };
  const [secret, flavour] = ["the secret of user X in a URL or variables is bad", "index 1 is a pypiserver"];
  // One repair is tried on the written scenario, whatever the budget is.
  expect([await told(1), await told(2), await told(3), await told(8)]).toEqual([
    [1, 0, [secret, flavour]],
    [2, 0, [`${secret} (which agrees; not all repairs were tried)`, flavour]],
    [4, 1, [flavour]],
    [6, 2, []],
  ]);
});
