// What users of the package get besides our own code: its licences, its install scripts, and what npm's audit knows of it.
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

/** Those that ask for no more than their own text. */
const LICENCES = new Set(["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense"]);
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];

interface Manifest {
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
  readonly scripts?: Readonly<Record<string, string>>;
}

interface Locked {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>;
}

const complaints: string[] = [];
const { packages } = readJson("package-lock.json") as Locked;
// All of it is bundled into dist, so users install nothing beside us, but get its text.
const folders = bundled();
if (folders.length < 20) complaints.push(`only ${folders.length} dependencies were read: the check did not see them`);
for (const folder of folders) {
  const licence = licenceOf(readJson(path.join(folder, "package.json")) as Manifest);
  if (!LICENCES.has(licence)) complaints.push(`${folder}: its licence is ${licence || "not said"}`);
}
for (const script of INSTALL_SCRIPTS) {
  if ((readJson("package.json") as Manifest).scripts?.[script] !== undefined)
    complaints.push(`package.json: users would run its ${script} script`);
}
console.log(`${folders.length} dependencies, licences ${complaints.length === 0 ? "all known" : "to look at"}; ${audit()}`);
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exit(1);

/** What the source imports, with what that needs, as folders of node_modules. Tests import for themselves; two stay outside the bundle. */
function bundled(): string[] {
  const sources = globSync("src/**/*.ts").filter((file) => !file.endsWith(".test.ts"));
  const imported = sources.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/(?:from|import\(|import) ?"((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^"]*)?"/g)].map(
      ([, name = ""]) => name,
    ),
  );
  const found = new Set<string>();
  const add = (name: string, from: string): void => {
    const folder = locate(name, from);
    if (folder === null || found.has(folder)) return;
    found.add(folder);
    for (const needed of Object.keys(packages[folder]?.dependencies ?? {})) add(needed, folder);
  };
  for (const name of imported) if (name !== "vitest" && name !== "testcontainers") add(name, "");
  return [...found].sort();
}

/** Where Node finds a package from another's folder. */
function locate(name: string, from: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const candidate = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (folder === "") return null;
  }
}

function licenceOf({ license, licenses }: Manifest): string {
  if (typeof license === "string") return license;
  return license?.type ?? licenses?.[0]?.type ?? "";
}

/** A registry that answers no audit is no reason to fail; a known hole is. */
function audit(): string {
  const { stdout } = spawnSync("npm", ["audit", "--json"], { encoding: "utf8", timeout: 60_000 });
  let known: Readonly<Record<string, { severity: string }>> | undefined;
  try {
    known = (JSON.parse(stdout) as { vulnerabilities?: Record<string, { severity: string }> }).vulnerabilities;
  } catch {
    known = undefined;
  }
  if (known === undefined) return "the npm registry answers no audit";
  const names = new Set(folders.map((folder) => folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length)));
  const holes = Object.entries(known).filter(([name]) => names.has(name));
  const grave = holes.filter(([, { severity }]) => severity === "high" || severity === "critical");
  if (grave.length > 0) complaints.push(`npm audit knows of grave holes in ${grave.map(([name]) => name).join(", ")}: run npm audit`);
  return `npm audit: ${holes.length} known holes`;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
