import type { Index, Step } from "../model.ts";
import type { RawScenario } from "../schema/file.ts";
import { splitCommand } from "./command.ts";
import type { ReadContext } from "./context.ts";
import { textsOf } from "./raw-text.ts";

/** What git is asked for: `git+https://HOST/…` of a requirement or a source. */
const REQUIREMENT = /\bgit\+https?:\/\/(?:[^\s/@"'<>]*@)?([a-z0-9.-]+)/gi;
const ADDRESS = /\bhttps?:\/\/(?:[^\s/@"'<>]*@)?([a-z0-9.-]+)/gi;
const SOURCE = /\bgit\s*=\s*["']https?:\/\/(?:[^\s/@"'<>]*@)?([a-z0-9.-]+)/gi;

/** Warns of a host that git is sent to and no `[git.NAME]` answers for: there it finds no repository. Each is told once. */
export function warnOfAbsentGit(context: ReadContext, raw: RawScenario, indexes: readonly Index[]): void {
  const hosts = new Set(indexes.flatMap(({ git, url }) => (git === true && URL.canParse(url) ? [new URL(url).hostname] : [])));
  const commands = raw.step.map(({ run }) => (typeof run === "string" ? splitCommand(run) : run));
  const texts = [
    ...textsOf(raw).flatMap((placed) => [
      { ...placed, pattern: REQUIREMENT },
      { ...placed, pattern: SOURCE },
    ]),
    ...commands.flatMap((argv, position) =>
      argv[0] === "git" ? [{ path: ["step", position, "run"], text: argv.join(" "), pattern: ADDRESS }] : [],
    ),
  ];
  for (const { path, text, pattern } of texts) {
    for (const [, found = ""] of text.matchAll(pattern)) {
      const host = found.toLowerCase();
      if (hosts.has(host)) continue;
      hosts.add(host);
      const hint = `\`[git.NAME]\` with \`url = "https://${host}/…/"\` and \`packages = [{ name = "…" }]\` is one`;
      context.problems.warning("suspicious", path, `no git server is at \`${host}\``, { hint, find: found });
    }
  }
}

/** Refuses steps that publish to a git server, or yank from it. */
export function refuseChangesOfGit(context: ReadContext, steps: readonly Step[], indexes: readonly Index[]): void {
  const servers = new Set(indexes.flatMap(({ name, git }) => (git === true ? [name] : [])));
  for (const [position, { set }] of steps.entries()) {
    for (const { kind, index } of set) {
      if ((kind !== "publish" && kind !== "yank") || !servers.has(index)) continue;
      context.problems.error("conflict", ["step", position, "set"], `the repositories of \`[git.${index}]\` stay as they are`, {
        hint: "give the package several `versions`: each is a commit and a tag",
      });
    }
  }
}
