import { EXIT } from "../../report/exit-status.ts";
import { selectReleases } from "../../uv/select.ts";
import type { VersionsJson } from "../json-outputs.ts";
import { note } from "../output-streams.ts";
import { withSession } from "../session.ts";

/** `uv-mre versions`: one line a release, oldest first, with what is installed. */
export async function versionsCommand(specs: string[], options: { refresh?: boolean; json?: boolean }): Promise<number> {
  return withSession({ notice: note }, async ({ harness }) => {
    if (options.refresh === true) await harness.releases({ refresh: true });
    // Unlike `run`, which installs what it is told, this says what there is.
    const versions = selectReleases(specs.length > 0 ? specs : ["all"], await harness.releases());
    const installed = new Map((await harness.store.installed()).map((release) => [release.version, release]));
    const listed = versions.map((version) => ({ version, installed: installed.has(version) }));
    if (options.json === true) console.log(JSON.stringify({ schema: 1, versions: listed } satisfies VersionsJson, null, 2));
    else for (const each of listed) console.log(each.installed ? `${each.version}  installed` : each.version);
    return EXIT.ok;
  });
}
