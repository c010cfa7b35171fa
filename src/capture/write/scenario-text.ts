import { scenarioToml } from "./toml.ts";
import type { Repair } from "../repairs.ts";

type Table = Record<string, unknown>;

export interface CapturedParts {
  readonly document: Table;
  readonly healed: Repair | null;
  readonly same: boolean;
  readonly facts: readonly string[];
  readonly assumed: readonly string[];
  /** Of hypotheses that agree, and of what is not known. */
  readonly contrast: readonly string[];
  readonly version: string;
  readonly why: readonly string[];
}

/** The scenario as a file: what it shows first, then what is known of it, then itself. */
export function capturedText({ document, healed, same, facts, assumed, contrast, version, why }: CapturedParts): string {
  const { schema, title: _, ...rest } = document;
  const whole: Table = {
    schema,
    title: titleOf(healed, same),
    ...rest,
    ...(healed === null ? {} : { vary: { repair: { "as it was found": {}, [healed.words]: healed.piece } } }),
    ...(same ? { claims: { [`==${version}`]: "reproduced" } } : {}),
  };
  const comments = [
    same
      ? `# Captured with uv ${version}: the same symptom as the original's.`
      : `# Captured with uv ${version}, and NOT shown to be the same as the original:`,
    ...(same ? facts : why).map((line) => `# - ${line}`),
    ...assumed.map((line) => `# Assumed good: ${line}.`),
    ...contrast.map((line) => `# ${line}`),
  ];
  return `${comments.join("\n")}\n${scenarioToml(whole)}`;
}

function titleOf(healed: Repair | null, same: boolean): string {
  if (!same) return "Captured, and not shown to be the same as the original";
  return healed === null ? "Captured; not explained by any single repair that was tried" : `Captured; heals when ${healed.words}`;
}
