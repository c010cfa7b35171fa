import type { Condition, Index, Package, Scenario, Step } from "../../scenario/model.ts";
import { EXPORTED_FLAVOURS } from "./server-source.ts";

/** What an export of this scenario cannot express, each with its reason; empty: it can be exported. */
export function notExportable(scenario: Scenario): string[] {
  return [
    ...scenario.indexes.flatMap(indexReasons),
    ...packageReasons("default", scenario.defaultIndex),
    ...(scenario.defaultIndex.faults.length > 0 ? ["index.default.faults: the script's index answers every request"] : []),
    ...venvReasons(scenario),
    ...scenario.steps.flatMap(stepReasons),
    ...textReasons(scenario),
  ];
}

function indexReasons(index: Index): string[] {
  const reasons: string[] = [];
  const no = (key: string, why: string): unknown => reasons.push(`index.${index.name}.${key}: ${why}`);
  if (!EXPORTED_FLAVOURS.some((known) => known === index.flavour)) {
    no("flavour", `the script's index does not know "${index.flavour}", only ${EXPORTED_FLAVOURS.join(", ")}`);
  }
  if (index.backend !== "embedded") no("backend", "a script that needs only uv and Python 3 cannot start a pypiserver");
  const url = new URL(index.url);
  if (url.protocol !== "https:" || url.port !== "") no("url", "the script's index answers at https on the usual port only");
  if (index.flavour === "gitlab" && !/\/\d+\/(?:-\/)?packages\//.test(url.pathname)) no("url", "the script knows numeric ids only");
  if (index.redirects.length > 0) no("redirects", "the script's index has no redirects of its own");
  if (index.faults.length > 0) no("faults", "the script's index answers every request");
  if (index.certificate !== "good") no("certificate", "the script carries good certificates only");
  if (index.linksAs !== null) no("links-as", "the script's index writes https links");
  if (index.public && index.flavour !== "simple") no("public", "the script's rules are those of private indexes");
  // A gitlab scope's id and kind are in its path.
  const harmless = index.flavour === "gitlab" ? ["id", "group"] : [];
  for (const key of Object.keys(index.options).filter((name) => !harmless.includes(name)))
    no(key, "the script's index has the flavour's defaults");
  return [...reasons, ...packageReasons(index.name, index)];
}

function packageReasons(name: string, index: Index): string[] {
  return index.packages.flatMap((pkg: Package) => {
    if (pkg.kind === "real") return [];
    const at = `index.${name}.packages: ${pkg.name}`;
    const reasons: string[] = [];
    if (!pkg.formats.every((format) => format === "wheel")) reasons.push(`${at}: the script builds wheels only, no sdists`);
    if (pkg.yanked !== false) reasons.push(`${at}: the script's pages know no yanked files`);
    if (pkg.visibleTo !== null) reasons.push(`${at}: the script's index shows every file to whoever may read`);
    return reasons;
  });
}

function venvReasons({ venv }: Scenario): string[] {
  if (venv.packages.length > 0) return ["venv.packages: the script installs nothing without the uv under test"];
  return venv.state === "synced" ? ['venv.state "synced": write the `uv sync` as the first step'] : [];
}

function stepReasons(step: Step, at: number): string[] {
  const changes = step.set
    .filter((change) => change.kind !== "user-state")
    .map((change) => `step[${at}].set: the script's index cannot ${change.kind}`);
  return [...changes, ...[...step.reproduced, ...step.healthy].flatMap(conditionReasons)];
}

function conditionReasons(condition: Condition): string[] {
  switch (condition.kind) {
    case "leak":
    case "file":
      return [`${condition.path}: the script's judge does not look into files`];
    case "stdout":
    case "stderr":
      return condition.text.matches === undefined ? [] : [`${condition.path}: the script's judge has no JavaScript expressions`];
    case "request":
    case "final":
      return condition.match.httpVersion === undefined ? [] : [`${condition.path}: the script's index speaks HTTP/1.1 only`];
    default:
      return [];
  }
}

function textReasons(scenario: Scenario): string[] {
  const texts = JSON.stringify([scenario.files, scenario.home, scenario.env, scenario.steps, scenario.keyring]);
  const reasons: string[] = [];
  if (/\{\{\s*file\./.test(texts)) reasons.push("{{file.…}}: the address of a file is known only when the script runs");
  if (scenario.keyring?.answers != null) reasons.push("keyring.answers: the script's plugin knows the users of the indexes only");
  if (/\{\{\s*path\s*\}\}/.test(texts)) reasons.push("{{path}}: the script sets PATH step by step");
  return reasons;
}
