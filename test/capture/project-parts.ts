import { JANE, type World } from "./world.ts";

/** What a user has before them: a project that fails, or one that does not. */
export interface Project {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Words of the original that no scenario may hold, beside those that all share. */
  readonly words?: readonly string[];
}

export interface ProjectKind {
  /** Of the repair that heals; `null`: none on the reporter's side is known; `healthy`: nothing is wrong. */
  readonly repair: string | null;
  readonly healthy?: true;
  /** Releases that show it, where not all do. */
  readonly from?: string;
  /** Makes project and home below `folder`; `uv` is the one that will run. */
  make(world: World, folder: string, uv: string): Promise<Project>;
}

interface Parts {
  readonly url: string;
  readonly dependencies?: readonly string[];
  readonly name?: string;
  readonly index?: string;
  readonly uv?: string;
}

/** A project that needs some packages of one index. */
export function pyproject({ url, dependencies = ["orion-billing"], name = "falcon-prod", index = "", uv = "" }: Parts): string {
  const named = [...dependencies, "lumen-tools"].map((each) => each.replace(/[<>=].*$/u, ""));
  const sources = [...new Set(named)].map((each) => `${each} = { index = "${name}" }\n`).join("");
  return `[project]
name = "falcon-service"
version = "0.3.0"
requires-python = ">=3.8"
dependencies = ${JSON.stringify(dependencies)}

[tool.uv]
${uv}
[[tool.uv.index]]
name = "${name}"
url = "${url}"
default = true
${index}
[tool.uv.sources]
${sources}`;
}

export const netrc = (user: string, password: string): string => `machine 127.0.0.1 login ${user} password ${password}\n`;
export const simple = ({ port }: { port: number }, user = ""): string => `http://${user}127.0.0.1:${port}/simple/`;
export const store = (entries: readonly { service: string; user: string; password: string }[]): Record<string, string> => ({
  "home/.local/share/uv/credentials/credentials.toml": entries
    .map(
      ({ service, user, password }) =>
        `[[credential]]\nservice = ${JSON.stringify(service)}\nusername = ${JSON.stringify(user)}\nscheme = "basic"\npassword = ${JSON.stringify(password)}\n`,
    )
    .join("\n"),
});
export const host = ({ port }: { port: number }): string => `http://127.0.0.1:${port}`;
export const janesVariables = { UV_INDEX_FALCON_PROD_USERNAME: JANE.user, UV_INDEX_FALCON_PROD_PASSWORD: JANE.password };
