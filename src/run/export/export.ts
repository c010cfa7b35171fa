import type { AnswerTable } from "../../export/answer-table.ts";
import { dockerFolder, type ExportedFolder, gitFolder } from "../../export/folder.ts";
import { DEFAULT_HOST, type ExportMaterial } from "../../export/material.ts";
import { asksByTls, asksDefault, exportScript } from "../../export/script.ts";
import { notExportable } from "../../export/not-exportable.ts";
import { filesHost } from "../../scenario/flavour.ts";
import type { Index, Scenario } from "../../scenario/model.ts";
import { KEYRING } from "../harness/keyring-pin.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { scriptPrograms } from "../programs.ts";
import { placed } from "../one-run/prepare-loaded.ts";
import { answerTable } from "./answers/answer-table.ts";
import { namedSecrets } from "./named-secrets.ts";
import { carriedFiles, servedFiles } from "./served-files.ts";

/** A script may be run years after the report. */
const DAYS = 3650;

/**
 * An export of a scenario, not yet written anywhere. `verified` are the releases that its stamp names; `null`: "not
 * verified". Each form throws `UserError` with everything that a script cannot express.
 */
export interface Exported {
  /** One bash file. */
  script(verified: readonly string[] | null): string;
  /** A Dockerfile that runs the script, and the script. */
  dockerFolder(options: {
    /** The release that the Dockerfile asks for unless told otherwise. */
    readonly uv: string;
    readonly verified: readonly string[] | null;
  }): ExportedFolder;
  /** A repository: a README, the script and the scenario. */
  gitFolder(verified: readonly string[] | null): ExportedFolder;
}

/** Gathers what the script carries. */
export async function exportScenario(harness: Harness, loaded: LoadedScenario): Promise<Exported> {
  const { scenario, text } = loaded;
  const material = notExportable(scenario).length > 0 ? EMPTY : await gather(harness, loaded);
  const script: Exported["script"] = (verified) => exportScript(scenario, material, { verified });
  return {
    script,
    dockerFolder: ({ uv, verified }) => dockerFolder(scenario, { script: script(verified), uv, verified }),
    gitFolder: (verified) => gitFolder(scenario, { script: script(verified), text, verified }),
  };
}

const EMPTY: ExportMaterial = {
  table: { answers: [], indexes: [], places: {}, nowhere: 0, undeclared: 0, phases: [], digests: {} },
  built: {},
  dist: [],
  carried: {},
  key: "",
  certificates: {},
  ca: "",
  programs: {},
};

async function gather(harness: Harness, loaded: LoadedScenario): Promise<ExportMaterial> {
  const { scenario } = loaded;
  const asOf = scenario.asOf ?? KEYRING.asOf;
  const real = (requirements: readonly string[]) =>
    requirements.length === 0 ? Promise.resolve([]) : harness.realPackages(requirements, asOf, loaded);
  const served = await servedFiles(scenario, real).catch((error: unknown) => {
    throw placed(error, loaded, scenario);
  });
  // The tool is the real keyring, whether or not the project needs one.
  const tool = scenario.keyring?.tool == null ? [] : await real([KEYRING.requirement]);
  const secrets = namedSecrets(scenario);
  const table = await answerTable(scenario, { ...served, secrets });
  return {
    table,
    built: served.built,
    dist: served.dist,
    carried: await carriedFiles([...served.carried, ...tool]),
    ...(asksByTls(scenario) ? await certify(hostsOf(scenario, table)) : { key: "", certificates: {}, ca: "" }),
    programs: scriptPrograms(),
  };
}

/** The certificate of each host: of the indexes, of what stands for PyPI, and of any other that is reserved for examples. */
function hostsOf(scenario: Scenario, table: AnswerTable): Map<string, Index["certificate"]> {
  const hosts = scenario.indexes.flatMap((index): [string, Index["certificate"]][] => {
    const { hostname } = new URL(index.url);
    const files = filesHost(index, hostname);
    return (files === null ? [hostname] : [hostname, files]).map((host) => [host, index.certificate]);
  });
  const texts = JSON.stringify([
    asksDefault(scenario) ? `https://${DEFAULT_HOST}` : "",
    table.answers,
    scenario.files,
    scenario.home,
    scenario.env,
    scenario.steps,
  ]);
  const named = [...texts.matchAll(/https:\/\/(?:[^\s/"'@\\]*@)?([a-z0-9.-]+)/gi)].map(([, host = ""]) => host.toLowerCase());
  const reserved = named.filter((host) => /(?:^|\.)(?:example(?:\.com|\.net|\.org)?|test|invalid)$/.test(host));
  return new Map<string, Index["certificate"]>([...reserved.map((host) => [host, "good"] as const), ...hosts]);
}

async function certify(hosts: ReadonlyMap<string, Index["certificate"]>): Promise<Pick<ExportMaterial, "key" | "certificates" | "ca">> {
  const { createAuthority } = await import("../../gateway/certificate.ts");
  const authority = await createAuthority({ days: DAYS });
  const leaves = await Promise.all([...hosts].map(async ([host, kind]) => [host, await authority.leafFor(host, kind)] as const));
  const certificates = leaves.map(([host, leaf]) => [host, `${leaf.cert.split(/(?<=-----END CERTIFICATE-----)/)[0] ?? ""}\n`] as const);
  return { key: leaves[0]?.[1].key ?? "", certificates: Object.fromEntries(certificates), ca: authority.caPem };
}
