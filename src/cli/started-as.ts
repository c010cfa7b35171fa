import path from "node:path";

/** How a reader of ours starts us again: as they did. */
export function startedAs(env: Readonly<Record<string, string | undefined>>, script: string | undefined): readonly string[] {
  // The wheel's console script tells it, which uv or its environment started.
  const told = env["UV_MRE_STARTED_AS"];
  if (told === "uvx uv-mre" || told === "uv-mre") return told.split(" ");
  if (env["npm_command"] === "exec") return ["npx", "uv-mre"];
  // Of a global install the link's name stands there; in a checkout it is the built file's, in a project its own link's.
  const isGlobal = script !== undefined && /^uv-mre(?:\.cmd|\.js)?$/.test(path.basename(script)) && !/[\\/]\.bin[\\/]/.test(script);
  return isGlobal ? ["uv-mre"] : ["npx", "uv-mre"];
}

/** The same, of this process. */
export function programWords(): readonly string[] {
  return startedAs(process.env, process.argv[1]);
}

/** A message whose commands, as `uv-mre run`, are to be typed as this process was started. */
export function asStarted(message: string, program: readonly string[]): string {
  return message.replaceAll(COMMAND, program.join(" "));
}

/** `uv-mre` where a command or an option follows it, and nothing says already how it is started. */
const COMMAND =
  /(?<![\w/.-]|npx |uvx )uv-mre(?= (?:--help|run|bisect|map|check|explore|export|init|shell|capture|minimize|report|versions|doctor|cache|completion)\b)/g;
