import { uvCommand } from "../../judge/uv-command.ts";
import type { Looked } from "../model.ts";

const PLACES = {
  manifest: () => "pyproject.toml",
  lock: () => "uv.lock",
  venv: ({ venv }: Looked) => `the virtual environment ${venv.path}`,
  tools: () => "the tools that uv has installed, and their commands",
  builds: () => "the folder dist",
} as const satisfies Record<string, (looked: Looked) => string>;

/** What uv's commands write, beside its cache. */
const WRITES: Readonly<Record<string, readonly (keyof typeof PLACES)[]>> = {
  add: ["manifest", "lock", "venv"],
  build: ["builds"],
  export: ["lock"],
  init: ["manifest"],
  lock: ["lock"],
  pip: ["venv"],
  remove: ["manifest", "lock", "venv"],
  run: ["lock", "venv"],
  sync: ["lock", "venv"],
  tool: ["tools"],
  tree: ["lock"],
  version: ["manifest", "lock", "venv"],
};

/** What a command may change where it runs in the original folder: one line a fact, told before it runs. */
export function writesInPlace(looked: Looked, argv: readonly string[], runs: number): string[] {
  const command = uvCommand(argv).path[0] ?? "";
  const places = WRITES[command]?.map((place) => PLACES[place](looked)) ?? ["whatever it writes"];
  return [
    `in place: the command runs ${runs} times in ${looked.root} itself, one run after the other`,
    `it may change, and nothing is put back: ${[...places, `uv's cache ${looked.cache.path}`].join("; ")}`,
    ...(command === "run" ? ["what `uv run` starts may change anything"] : []),
  ];
}
