import { UserError } from "../../scenario/error.ts";
import { parseSpec } from "../../uv/select.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { allReleases, supportedReleases } from "./searched-releases.ts";

/** What `--good` and `--bad` say; once read, releases by number. */
export interface GivenBounds {
  readonly good?: string;
  readonly bad?: string;
}

/** What `--good` and `--bad` mean for a scenario, before anything is run. Throws `UserError`. */
export async function boundsOf(harness: Harness, loaded: LoadedScenario, { good, bad }: GivenBounds): Promise<GivenBounds> {
  return readBounds(async () => supportedReleases(loaded, await allReleases(harness, () => {})), {
    ...(good !== undefined && { good }),
    ...(bad !== undefined && { bad }),
  });
}

/**
 * What `--good` and `--bad` mean, before anything is run: two different releases by number, since what `latest` means is
 * another one tomorrow. `releases` are those to search, and are asked for only where they are needed. Throws `UserError`.
 */
export async function readBounds(releases: () => Promise<readonly string[]>, { good, bad }: GivenBounds): Promise<GivenBounds> {
  const release = async (place: string, spec: string): Promise<string> => {
    const parsed = parseSpec(spec);
    switch (parsed.kind) {
      case "exact":
        return parsed.version;
      case "latest":
      case "oldest":
        return (await releases()).at(parsed.kind === "latest" ? -1 : 0) ?? "";
      case "binary":
        throw new UserError(`${place} ${spec}: is a binary; name a release, since those between the two are searched`);
      default:
        throw new UserError(`${place} ${spec}: means several releases; name an exact release, \`latest\` or \`oldest\``);
    }
  };
  const bounds = {
    ...(good !== undefined && { good: await release("--good", good) }),
    ...(bad !== undefined && { bad: await release("--bad", bad) }),
  };
  if (bounds.good !== undefined && bounds.good === bounds.bad)
    throw new UserError(`--good and --bad are the same release, uv ${bounds.good}; the search goes between two`);
  return bounds;
}
