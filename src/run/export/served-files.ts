import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { distributionOf, filesOf } from "../../package/build.ts";
import { packageContents, type PackageContents } from "../../package/contents.ts";
import { requiresPythonOf } from "../../package/metadata.ts";
import { wheelFile, WHEEL_TAG, wheelBytes } from "../../package/wheel.ts";
import { type Distribution, laidAt } from "../../scenario/distribution.ts";
import type { GeneratedPackage, Index, Scenario } from "../../scenario/model.ts";
import { packagePrograms } from "../programs.ts";
import type { TableSource } from "./answers/answer-table.ts";
import { phasesOf } from "./answers/state.ts";

/** The files that a script's indexes serve, and what it makes them of. */
interface ServedFiles extends Pick<TableSource, "files" | "nameOf" | "bytesOf"> {
  /** By name: path inside → text. */
  readonly built: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of each step, the names of the wheels that it finds in `dist`. */
  readonly dist: readonly (readonly string[])[];
  /** Real wheels. */
  readonly carried: readonly Distribution[];
}

interface Served {
  readonly file: Distribution;
  readonly inside: Readonly<Record<string, string>> | null;
}

/** Of wheels that a script builds from their texts. */
interface Built extends Served {
  readonly inside: NonNullable<Served["inside"]>;
}

/** Fetches real packages with all they need. */
type FetchReal = (requirements: readonly string[]) => Promise<readonly Distribution[]>;

/**
 * What each index serves, and since which phase. Wheels for every platform are carried as they are. Of compiled packages
 * (megabytes for each platform) there is an empty wheel with the same name, version and requirements.
 */
export async function servedFiles(scenario: Scenario, fetchReal: FetchReal): Promise<ServedFiles> {
  const built: Record<string, Readonly<Record<string, string>>> = {};
  const carried = new Map<string, Distribution>();
  const names = new Map<Distribution, string>();
  const digests = new Map<string, string>();
  /** Another file of that name, at another index or in another step, is another file. */
  const nameBelow = (folder: string, { filename, sha256 }: Distribution): string => {
    const name = (digests.get(filename) ?? sha256) === sha256 ? filename : `${folder}/${filename}`;
    digests.set(name, sha256);
    return name;
  };
  const files = new Map<string, (readonly [Distribution, number])[]>();
  const indexes = [...scenario.indexes, scenario.defaultIndex];
  const everything = await Promise.all(indexes.map(async (index) => [index, await servedBy(scenario, index, fetchReal)] as const));
  for (const [index, own] of everything) {
    const list: (readonly [Distribution, number])[] = [];
    files.set(index.name, list);
    const laid = everything.flatMap(([, all]) =>
      all.flatMap(([since, { file, inside }]) => laidAt(index.name, [file]).map((there) => [since, { file: there, inside }] as const)),
    );
    for (const [since, served] of [...own, ...laid]) {
      const { file, inside } = served;
      if (list.some(([other]) => other.filename === file.filename)) continue;
      const name = nameBelow(index.name, file);
      names.set(file, name);
      if (inside === null) carried.set(name, file);
      else built[name] = inside;
      list.push([file, since]);
    }
  }
  const laidInDist = await Promise.all(scenario.steps.map(({ dist = [] }) => Promise.all(dist.map(builtWheels))));
  const dist = laidInDist.map((wheels) =>
    wheels.flat().map(({ file, inside }) => {
      const name = nameBelow(file.sha256, file);
      built[name] = inside;
      return name;
    }),
  );
  return {
    files,
    dist,
    nameOf: (file) => names.get(file) ?? file.filename,
    bytesOf: ({ content }) => (content.kind === "bytes" ? content.bytes : readFileSync(content.path)),
    built,
    carried: [...carried.values()],
  };
}

async function servedBy(scenario: Scenario, index: Index, fetchReal: FetchReal): Promise<(readonly [number, Served])[]> {
  const generated = index.packages.filter((pkg) => pkg.kind === "generated");
  const requirements = index.packages.filter((pkg) => pkg.kind === "real").map((pkg) => pkg.requirement);
  const published = phasesOf(scenario).flatMap(({ changes }, phase) =>
    changes.flatMap((change): (readonly [number, GeneratedPackage])[] =>
      change.kind === "publish" && change.index === index.name ? [[phase, change.package]] : [],
    ),
  );
  const own = await Promise.all(
    [...generated.map((pkg) => [0, pkg] as const), ...published].map(async ([since, pkg]) =>
      (await builtWheels(pkg)).map((served) => [since, served] as const),
    ),
  );
  const real = await Promise.all((await fetchReal(requirements)).map(realWheel));
  return [...own.flat(), ...real.flatMap((served) => (served === null ? [] : [[0, served] as const]))];
}

async function builtWheels(pkg: GeneratedPackage): Promise<Built[]> {
  const contents = packageContents(pkg, packagePrograms());
  return Promise.all(
    filesOf(pkg, contents.stem).map(async ({ filename, tag }) => {
      const bytes = await wheelBytes(contents, tag ?? WHEEL_TAG);
      return {
        inside: insideOf(contents, tag ?? WHEEL_TAG),
        file: distributionOf(pkg, contents.metadata, { filename, isWheel: true, bytes }),
      };
    }),
  );
}

async function realWheel(file: Distribution): Promise<Served | null> {
  if (file.filename.endsWith("-none-any.whl")) return { file, inside: null };
  if (file.metadata === null) return null;
  const [name = "", version = ""] = file.filename.split("-");
  const contents = { stem: `${name}-${version}`, files: [], metadata: headersOf(file.metadata.text), entryPoints: null };
  const { requiresPython, yanked, visibleTo } = file;
  const about = { name, version: file.version, requiresPython, yanked, visibleTo };
  const filename = `${contents.stem}-${WHEEL_TAG}.whl`;
  return {
    inside: insideOf(contents, WHEEL_TAG),
    file: distributionOf(about, contents.metadata, { filename, isWheel: true, bytes: await wheelBytes(contents) }),
  };
}

/** What the script makes a wheel of. */
function insideOf({ stem, files, metadata, entryPoints }: PackageContents, tag: string): Record<string, string> {
  return {
    ...Object.fromEntries(files),
    [`${stem}.dist-info/METADATA`]: metadata,
    ...(entryPoints === null ? {} : { [`${stem}.dist-info/entry_points.txt`]: entryPoints }),
    ...(tag === WHEEL_TAG ? {} : { [`${stem}.dist-info/WHEEL`]: wheelFile(tag) }),
  };
}

/** What a resolver reads. */
function headersOf(metadata: string): string {
  const headers = metadata.split(/\r?\n\r?\n/, 1)[0] ?? "";
  const kept = headers.split(/\r?\n/).filter((line) => /^(Metadata-Version|Name|Version|Requires-Dist|Provides-Extra):/.test(line));
  const python = requiresPythonOf(metadata);
  return `${[...kept, ...(python === null ? [] : [`Requires-Python: ${python}`])].join("\n")}\n`;
}

/** Real wheels as a script carries them. */
export async function carriedFiles(files: readonly Distribution[]): Promise<Record<string, string>> {
  const wheels = files.filter((file) => file.filename.endsWith("-none-any.whl"));
  const read = async ({ content }: Distribution) => (content.kind === "bytes" ? content.bytes : readFile(content.path));
  return Object.fromEntries(
    await Promise.all(wheels.map(async (file) => [file.filename, Buffer.from(await read(file)).toString("base64")] as const)),
  );
}
