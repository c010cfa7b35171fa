import { parse } from "smol-toml";
import { normaliseProject, readRequirement } from "../requirement.ts";
import type { RawScenario } from "../schema/file.ts";
import { isTable, tableIn, toolUv } from "../schema/value.ts";
import type { ReadContext } from "./context.ts";
import { textsOf } from "./raw-text.ts";

/**
 * Warns of dependencies of a pyproject.toml that no index has, all in one: a project brought in unchanged asks for packages from
 * PyPI, which answers 404 here. It may be the point of a scenario, so it is no error.
 */
export function warnOfMissingPackages(context: ReadContext, raw: RawScenario): void {
  const indexes = [...context.indexes.values()];
  if (indexes.some(({ closed }) => !closed)) return;
  for (const { path, text } of textsOf(raw)) {
    if (!/(?:^|\/)pyproject\.toml$/.test(String(path.at(-1)))) continue;
    const missing = dependenciesOf(text).filter(
      ({ name }) => !indexes.some(({ packages }) => packages.has(name)) && !context.texts.includes(`name = "${name}"`),
    );
    const [first] = missing;
    if (first === undefined) continue;
    const names = missing.map(({ name }) => `\`${name}\``).join(", ");
    const lines = `packages = [${missing.map(standIn).join(", ")}]`;
    const real = `"${first.name}==${first.version ?? "VERSION"}"`;
    const hint = `if PyPI has ${missing.length === 1 ? "it" : "them"}: below \`[index.default]\` write \`${lines}\`, or the real one, \`${real}\``;
    context.problems.warning("suspicious", path, `no index has ${names}`, { hint, find: first.text });
    return;
  }
}

interface Dependency {
  /** As written. */
  readonly text: string;
  readonly name: string;
  /** The one that it names, or the lowest that it takes. */
  readonly version: string | null;
}

/** What a project asks an index for: not what its sources say comes from elsewhere, nor itself. */
function dependenciesOf(pyproject: string): Dependency[] {
  let document: Record<string, unknown>;
  try {
    document = parse(pyproject);
  } catch {
    return [];
  }
  const project = tableIn(document, "project");
  const uv = toolUv(document);
  const elsewhere = new Set(
    Object.entries(tableIn(uv, "sources")).flatMap(([name, source]) =>
      isTable(source) && "index" in source ? [] : [normaliseProject(name)],
    ),
  );
  if (typeof project["name"] === "string") elsewhere.add(normaliseProject(project["name"]));
  const groups = Object.values(tableIn(document, "dependency-groups")).flatMap((group) => (Array.isArray(group) ? group : []));
  const listed = [project["dependencies"], uv["dev-dependencies"], groups].flatMap((list) => (Array.isArray(list) ? list : []));
  return listed.flatMap((text: unknown) => {
    const requirement = typeof text === "string" && !text.includes("@") && !text.includes("{{") ? readRequirement(text) : null;
    if (requirement === null || typeof text !== "string") return [];
    const name = normaliseProject(requirement.name);
    return elsewhere.has(name) ? [] : [{ text, name, version: /(?:==|>=|~=)\s*(\d[\w.]*)(?!\*)/.exec(text)?.[1] ?? null }];
  });
}

/** A package that is built, of a version that the project takes: its content is seldom the point. */
function standIn({ name, version }: Dependency): string {
  return `{ name = "${name}"${version === null ? "" : `, version = "${version}"`} }`;
}
