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
