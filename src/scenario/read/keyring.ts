import type { Keyring, Venv } from "../model.ts";
import type { Path } from "../problem.ts";
import { normaliseProject, readRequirement } from "../requirement.ts";
import type { RawScenario } from "../schema/file.ts";
import type { ReadContext } from "./context.ts";
import { checkRequirement, checkServedIndex, readGenerated } from "./package.ts";
import { readProjectPath } from "./path.ts";
import { readText } from "./text.ts";

export function readKeyring(context: ReadContext, raw: RawScenario["keyring"]): Keyring | null {
  if (raw === undefined) return null;
  if (raw.tool === undefined && raw.answers === undefined) {
    context.absent([["keyring"]], "missing-key", ["keyring"], "says nothing", {
      hint: '`tool = ["INDEX"]` installs keyring with a plugin, `tool = []` without one',
    });
  }
  raw.tool?.forEach((name, position) => checkServedIndex(context, name, ["keyring", "tool", position]));
  const answers = raw.answers?.map((answer, position) => {
    const path = ["keyring", "answers", position];
    const user = answer.user === undefined ? null : readText(context, answer.user, [...path, "user"]);
    const needsUser = answer["needs-user"] ?? false;
    if (user === null && answer.gives === undefined && !needsUser) {
      const hint = "`gives` names it; or `needs-user = true`: then nothing is given";
      context.problems.error("missing-key", path, "which user name is given where none is asked for?", { hint });
    }
    return {
      service: readText(context, answer.service, [...path, "service"]),
      match: answer.match ?? ("exact" as const),
      user,
      gives: answer.gives === undefined ? (user ?? "") : readText(context, answer.gives, [...path, "gives"]),
      needsUser,
      password: readText(context, answer.password, [...path, "password"]),
    };
  });
  return { tool: raw.tool ?? null, answers: answers ?? null };
}

/** A venv is furnished from what the scenario's own indexes have. */
function checkSomewhere(context: ReadContext, text: string, path: Path): void {
  const name = readRequirement(text)?.name;
  const indexes = [...context.indexes.values()];
  if (name === undefined || indexes.some(({ packages, closed }) => !closed || packages.has(normaliseProject(name)))) return;
  const hint = `a venv is filled from the scenario's indexes: add \`packages = [{ name = "${name}" }]\` to \`[index.default]\`, or the real \`"${name}==VERSION"\``;
  const from = [...context.indexes.keys()].map((index): Path => ["index", index, "packages"]);
  context.absent(from, "unknown-package", path, `no index has \`${name}\``, { hint });
}

export function readVenv(context: ReadContext, raw: RawScenario["venv"]): Venv {
  const entries = raw?.packages ?? [];
  const made = entries.flatMap((entry, position) =>
    typeof entry === "string" ? [] : readGenerated(context, entry, ["venv", "packages", position], "default"),
  );
  entries.forEach((entry, position) => {
    if (typeof entry !== "string") return;
    checkRequirement(context, entry, ["venv", "packages", position]);
    checkSomewhere(context, entry, ["venv", "packages", position]);
  });
  const packages = [...entries.filter((entry) => typeof entry === "string"), ...made.map(({ name, version }) => `${name}==${version}`)];
  if (packages.length > 0 && raw?.state === "absent") {
    context.problems.error("conflict", ["venv", "packages"], "a venv that is absent holds no packages", { atKey: true });
  }
  if (raw?.state === "synced" && raw.path !== undefined && raw.path !== ".venv") {
    context.problems.error(
      "conflict",
      ["venv", "path"],
      'uv sync makes `.venv`: with another path, leave `state = "synced"` out and sync in a step',
    );
  }
  return {
    // Packages need a venv to be in.
    state: raw?.state ?? (packages.length > 0 ? "created" : "absent"),
    packages,
    ...(made.length === 0 ? {} : { made }),
    path: raw?.path === undefined ? ".venv" : readProjectPath(context, raw.path, ["venv", "path"], { self: false }),
  };
}
