import type { Claim } from "../model.ts";
import type { RawScenario } from "../schema/file.ts";
import { isSpecifier, isVersion, satisfies, versionsIn } from "../version.ts";
import type { ReadContext } from "./context.ts";

/** Reads `supported` and `[claims]`. */
export function readClaims(context: ReadContext, raw: RawScenario): { supported: string | null; claims: Claim[] } {
  const { problems } = context;
  const { supported = null } = raw;
  const sound = supported !== null && isSpecifier(supported);
  if (supported !== null && !sound) {
    problems.error("bad-version", ["supported"], `\`${supported}\` is no version specifier (PEP 440)`, { hint: suggestion(supported) });
  }
  const claims = Object.entries(raw.claims ?? {}).map(([releases, verdict]) => {
    const path = ["claims", releases];
    if (!isSpecifier(releases)) {
      problems.error("bad-version", path, `\`${releases}\` is no version specifier (PEP 440)`, { atKey: true, hint: suggestion(releases) });
    } else if (sound && verdict !== "unsupported" && excludes(releases, supported)) {
      problems.warning("suspicious", path, `is about releases outside \`supported\` (${supported}), where nothing is run`, { atKey: true });
    }
    return { releases, verdict };
  });
  return { supported, claims };
}

function suggestion(text: string): string {
  return isVersion(text) ? `write \`==${text}\` or \`>=${text}\`` : "write a range of releases, as `>=0.9,<0.10`";
}

/** Whether releases around the bounds show that no release is in both. Says no where it cannot tell. */
function excludes(releases: string, supported: string): boolean {
  const samples = [...versionsIn(releases), ...versionsIn(supported)].flatMap(neighbours);
  const claimed = samples.filter((version) => satisfies(version, releases));
  return claimed.length > 0 && !claimed.some((version) => satisfies(version, supported));
}

function neighbours(version: string): string[] {
  const parts = /^\d+(\.\d+)*/.exec(version)?.[0].split(".").map(Number) ?? [];
  const last = parts.at(-1) ?? 0;
  const stem = parts.slice(0, -1);
  const next = [...stem, last + 1].join(".");
  const before = last === 0 ? [] : [[...stem, last - 1].join("."), [...stem, last - 1, 999].join(".")];
  return [version, `${parts.join(".")}.1`, next, ...before];
}
