import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { makeRepositories } from "../../package/git-repository.ts";
import { UserError } from "../../scenario/error.ts";
import type { Scenario } from "../../scenario/model.ts";
import { systemTool } from "../../workspace/commands.ts";
import { packagePrograms } from "../programs.ts";
import type { Harness } from "./harness.ts";
import { machineryOf } from "./machinery.ts";

/** Where the repositories of each git server are, by its name; they go with the harness. Throws `UserError` without git. */
export async function prepareRepositories(harness: Harness, { indexes }: Scenario): Promise<ReadonlyMap<string, string>> {
  const servers = indexes.filter(({ git }) => git === true);
  const folders = new Map<string, string>();
  if (servers.length === 0) return folders;
  const git = systemTool("git");
  if (git === null) throw new UserError("[git] needs git, and there is none in /usr/bin or /bin; install it (Debian: git)");
  for (const { name, packages } of servers) {
    const folder = path.join(machineryOf(harness).folder, `git-${randomBytes(6).toString("hex")}`);
    await mkdir(folder);
    const generated = packages.filter((pkg) => pkg.kind === "generated");
    await makeRepositories(generated, { git, run: harness.run, programs: packagePrograms(), folder });
    folders.set(name, folder);
  }
  return folders;
}
