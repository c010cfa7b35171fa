import { proxySetting } from "../../scenario/read/proxy-setting.ts";
import { compare, isVersion } from "../../scenario/version.ts";
import type { UvLog } from "../uv-log/model.ts";
import { oddTls, proxyFor, trustOf, type ReadVariable } from "../look/proxy-and-trust.ts";
import type { Looked } from "../model.ts";

/** The first release that reads SSL_CERT_DIR without SSL_CERT_FILE beside it; found by running 0.9.9 and 0.9.10. */
const READS_DIRECTORY_ALONE = "0.9.10";

/** Why a gateway would change what the command shows, by what was looked at; `null`: nothing is known that would. */
export function whyNotRecorded(
  looked: Pick<Looked, "variables" | "settings" | "manifests" | "uv">,
  argv: readonly string[],
  read: ReadVariable,
): string | null {
  const named = [
    ...looked.settings.filter((each) => each.read).map(({ place, text }) => ({ place, key: proxySetting("uv.toml", text) })),
    ...looked.manifests.map(({ path, text }) => ({ place: path, key: proxySetting("pyproject.toml", text) })),
  ].find(({ key }) => key !== null);
  if (named !== undefined) return `${named.place}: \`${named.key}\` counts for more than the variables by which uv is led to the gateway`;
  for (const scheme of ["http", "https"]) {
    const way = proxyFor(`${scheme}://registry.invalid/`, read);
    if (way.kind === "closed") return `the gateway cannot go on by ${way.why}`;
  }
  const odd = oddTls(looked, argv);
  if (odd !== null) return `the gateway would stand between: ${odd}`;
  const isAlone = read(["SSL_CERT_DIR"]) !== null && read(["SSL_CERT_FILE"]) === null;
  const version = looked.uv?.version ?? null;
  if (
    isAlone &&
    trustOf(looked, argv).kind !== "system" &&
    (version === null || !isVersion(version) || compare(version, READS_DIRECTORY_ALONE) < 0)
  )
    return "this release of uv does not read SSL_CERT_DIR alone, and would with the SSL_CERT_FILE that leads it to the gateway";
  return null;
}

/** Why there is nothing to record of a command whose log is known. */
export function nothingToRecord({ failure }: Pick<UvLog, "failure">): string | null {
  if (failure === null) return null;
  return failure.kind === "certificate"
    ? `TLS failed without a gateway (${failure.what}), and uv would trust the gateway's own certificate`
    : `uv got no answer without a gateway (${failure.what}), and through one it would fail in another manner`;
}
