/** A program of other people's that a scenario may have on PATH beside uv. */
interface ToolTraits {
  /** What it brings to PATH; the first is its own name. */
  readonly commands: readonly string[];
  /** The variables by which it is told of a certificate authority. */
  readonly trust: readonly string[];
  /** It installs into the environment that it runs in, unless it is told of another. */
  readonly installs: boolean;
}

/** What `tools` may name; one entry a program. */
export const TOOLS = {
  pip: { commands: ["pip", "pip3"], trust: ["PIP_CERT", "REQUESTS_CA_BUNDLE"], installs: true },
  twine: { commands: ["twine"], trust: ["TWINE_CERT", "REQUESTS_CA_BUNDLE"], installs: false },
  poetry: { commands: ["poetry"], trust: ["REQUESTS_CA_BUNDLE"], installs: false },
  pdm: { commands: ["pdm"], trust: ["REQUESTS_CA_BUNDLE"], installs: false },
} as const satisfies Record<string, ToolTraits>;

export type ToolName = keyof typeof TOOLS;

export const TOOL_NAMES = Object.keys(TOOLS) as ToolName[];

/** The tool that a command is of; `null`: none. */
export function toolOfCommand(command: string): ToolName | null {
  return TOOL_NAMES.find((name) => (TOOLS[name].commands as readonly string[]).includes(command)) ?? null;
}
