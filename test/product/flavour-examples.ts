import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type LoadedScenario, loadScenarios } from "../../src/index.ts";
import { FLAVOURS } from "../../src/scenario/model.ts";
import { temporaryFolder } from "../real-tools.ts";

/** For each flavour a scenario that meets its pages, its files, what it lacks, and its refusal of whoever is not signed in. */
export async function flavourExamples(): Promise<{ readonly flavour: string; readonly loaded: LoadedScenario }[]> {
  await using folder = await temporaryFolder();
  const files = FLAVOURS.map((flavour) => path.join(folder.path, `${flavour}.toml`));
  await Promise.all(FLAVOURS.map((flavour, at) => writeFile(files[at] ?? "", exampleOf(flavour))));
  const loaded = await loadScenarios(files);
  return loaded.map((each) => ({ flavour: path.basename(each.file, ".toml"), loaded: each }));
}

function exampleOf(flavour: string): string {
  return `schema = 1
title = "uv installs from ${flavour} with credentials, and not without"
supported = ">=0.2.0"

[index.own]
flavour = "${flavour}"
user = "alice"
packages = [{ name = "sandbox" }, { name = "other", versions = ["1.0.0", "2.0.0"] }]

[venv]
state = "created"

[[step]]
run = "uv pip install sandbox --index-url {{login.own}}"

[[step]]
run = "uv pip install absent --index-url {{login.own}}"
exit = "nonzero"

[[step]]
run = "uv pip install other<2 --no-cache --index-url {{url.own}}"
reproduced = { exit = "nonzero", final.any = { index = "own", status = [401, 403, 404] } }
healthy = { exit = 0, final.any = { index = "own", url = "*.whl*", status = [200, 206] } }
`;
}
