import type { Scenario } from "./model.ts";

const DECLARED = /\bdefault\s*=\s*true\b|^\s*index-url\s*=/m;

/**
 * Whether a TOML file of the scenario gives uv a default index of its own. The variable UV_DEFAULT_INDEX would take its place.
 */
export function declaresDefaultIndex({ files, home, steps }: Pick<Scenario, "files" | "home" | "steps">): boolean {
  const texts = [files, home, ...steps.map((step) => step.write)].flatMap((group) => Object.entries(group));
  return texts.some(([name, text]) => name.endsWith(".toml") && DECLARED.test(text));
}
