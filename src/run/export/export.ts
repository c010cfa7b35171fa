import { guidOf } from "../../gateway/open.ts";
import { readFile } from "node:fs/promises";
import { packageContents } from "../../package/contents.ts";
import { requiresPythonOf } from "../../package/metadata.ts";
import { WHEEL_TAG } from "../../package/wheel.ts";
import { dockerFolder, type ExportedFolder, gitFolder } from "../../export/folder.ts";
import { DEFAULT_HOST, type ExportMaterial } from "../../export/material.ts";
import { exportScript } from "../../export/script.ts";
import { notExportable } from "../../export/support.ts";
import type { Distribution } from "../../scenario/distribution.ts";
import { filesHost } from "../../scenario/flavour.ts";
import type { GeneratedPackage, Index, Scenario } from "../../scenario/model.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load.ts";
import { packagePrograms, readProgram } from "../programs.ts";

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
export async function exportScenario(harness: Harness, { scenario, text }: LoadedScenario): Promise<Exported> {
  const material = notExportable(scenario).length > 0 ? EMPTY : await gather(harness, scenario);
  const script: Exported["script"] = (verified) => exportScript(scenario, material, { verified });
  return {
    script,
    dockerFolder: ({ uv, verified }) => dockerFolder(scenario, { script: script(verified), uv, verified }),
    gitFolder: (verified) => gitFolder(scenario, { script: script(verified), text, verified }),
  };
}

const EMPTY: ExportMaterial = { built: {}, carried: {}, wheels: {}, guids: {}, key: "", certificates: {}, ca: "", probe: "", plugin: "" };

async function gather(harness: Harness, scenario: Scenario): Promise<ExportMaterial> {
  const indexes = [...scenario.indexes, scenario.defaultIndex];
  const shelves = await Promise.all(indexes.map((index) => shelve(harness, scenario, index)));
  // The tool is the real keyring, whether or not the project needs one.
  const tool =
    scenario.keyring?.tool == null
      ? NOTHING
      : await shelveReal(await harness.realPackages([KEYRING.requirement], scenario.asOf ?? KEYRING.asOf));
  return {
    built: Object.assign({}, ...shelves.map((shelf) => shelf.built)) as ExportMaterial["built"],
    carried: Object.assign({}, tool.carried, ...shelves.map((shelf) => shelf.carried)) as ExportMaterial["carried"],
    wheels: Object.fromEntries(
      shelves.map((shelf, at) => [indexes[at]?.name ?? "", [...Object.keys(shelf.built), ...Object.keys(shelf.carried)]]),
    ),
    guids: Object.fromEntries(scenario.indexes.map((index) => [index.name, guidOf(index.name)])),
    ...(await certify(hostsOf(scenario))),
    probe: readProgram("probe/sitecustomize.py"),
    plugin: readProgram("keyring-plugin/keyring_backend.py"),
  };
}

/** As the harness' own tool. */
const KEYRING = { requirement: "keyring==25.7.0", asOf: "2026-11-01" };

interface Shelf {
  readonly built: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly carried: Readonly<Record<string, string>>;
}

const NOTHING: Shelf = { built: {}, carried: {} };

async function shelve(harness: Harness, scenario: Scenario, index: Index): Promise<Shelf> {
  const built: Record<string, Readonly<Record<string, string>>> = {};
  const requirements: string[] = [];
  for (const pkg of index.packages) {
    if (pkg.kind === "real") requirements.push(pkg.requirement);
    else Object.assign(built, wheelOf(pkg));
  }
  const real =
    requirements.length === 0 ? NOTHING : await shelveReal(await harness.realPackages(requirements, scenario.asOf ?? KEYRING.asOf));
  return { built: { ...built, ...real.built }, carried: real.carried };
}

function wheelOf(pkg: GeneratedPackage): Shelf["built"] {
  const contents = packageContents(pkg, packagePrograms());
  const info = `${contents.stem}.dist-info`;
  const files = { ...Object.fromEntries(contents.files), [`${info}/METADATA`]: contents.metadata };
  return {
    [`${contents.stem}-${WHEEL_TAG}.whl`]:
      contents.entryPoints === null ? files : { ...files, [`${info}/entry_points.txt`]: contents.entryPoints },
  };
}

/**
 * Wheels for every platform are carried as they are. Of compiled packages (megabytes for each platform) there is an
 * empty wheel with the same name, version and requirements.
 */
async function shelveReal(distributions: readonly Distribution[]): Promise<Shelf> {
  const built: Record<string, Readonly<Record<string, string>>> = {};
  const carried: Record<string, string> = {};
  for (const file of distributions) {
    if (file.filename.endsWith("-none-any.whl")) carried[file.filename] = Buffer.from(await bytesOf(file)).toString("base64");
    else if (file.metadata !== null) {
      const stem = file.filename.split("-").slice(0, 2).join("-");
      built[`${stem}-${WHEEL_TAG}.whl`] = { [`${stem}.dist-info/METADATA`]: headersOf(file.metadata.text) };
    }
  }
  return { built, carried };
}

/** What a resolver reads. */
function headersOf(metadata: string): string {
  const headers = metadata.split(/\r?\n\r?\n/, 1)[0] ?? "";
  const kept = headers.split(/\r?\n/).filter((line) => /^(Metadata-Version|Name|Version|Requires-Dist|Provides-Extra):/.test(line));
  const python = requiresPythonOf(metadata);
  return `${[...kept, ...(python === null ? [] : [`Requires-Python: ${python}`])].join("\n")}\n`;
}

async function bytesOf({ content }: Distribution): Promise<Uint8Array> {
  return content.kind === "bytes" ? content.bytes : readFile(content.path);
}

/** The certificate of each host; what stands for PyPI has a good one. */
function hostsOf(scenario: Scenario): Map<string, Index["certificate"]> {
  const hosts = scenario.indexes.flatMap((index): [string, Index["certificate"]][] => {
    const { hostname } = new URL(index.url);
    const files = filesHost(index, hostname);
    return (files === null ? [hostname] : [hostname, files]).map((host) => [host, index.certificate]);
  });
  return new Map([...hosts, [DEFAULT_HOST, "good"]]);
}

async function certify(hosts: ReadonlyMap<string, Index["certificate"]>): Promise<Pick<ExportMaterial, "key" | "certificates" | "ca">> {
  const { createAuthority } = await import("../../gateway/certificate.ts");
  const authority = await createAuthority({ days: DAYS });
  const leaves = await Promise.all([...hosts].map(async ([host, kind]) => [host, await authority.leafFor(host, kind)] as const));
  const certificates = leaves.map(([host, leaf]) => [host, `${leaf.cert.split(/(?<=-----END CERTIFICATE-----)/)[0] ?? ""}\n`] as const);
  return { key: leaves[0]?.[1].key ?? "", certificates: Object.fromEntries(certificates), ca: authority.caPem };
}
