// What users of the package get besides our own code: its licences, its install scripts, and what npm's audit knows of it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
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
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly optional?: boolean }>>;
}

const complaints: string[] = [];
const { packages } = readJson("package-lock.json") as Locked;
// An optional one of another platform is not installed here; its siblings have the same licence.
const folders = Object.entries(packages).flatMap(([folder, { dev, optional }]) =>
  folder === "" || dev === true || (optional === true && !existsSync(folder)) ? [] : [folder],
);
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

function licenceOf({ license, licenses }: Manifest): string {
  if (typeof license === "string") return license;
  return license?.type ?? licenses?.[0]?.type ?? "";
}

/** A registry that answers no audit is no reason to fail; a known hole is. */
function audit(): string {
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8", timeout: 60_000 });
  let counts: Readonly<Record<string, number>> | undefined;
  try {
    counts = (JSON.parse(stdout) as { metadata?: { vulnerabilities?: Record<string, number> } }).metadata?.vulnerabilities;
  } catch {
    counts = undefined;
  }
  if (counts === undefined) return "the npm registry answers no audit";
  const { total = 0, high = 0, critical = 0 } = counts;
  if (high + critical > 0) complaints.push(`npm audit knows of ${high + critical} grave holes: run npm audit --omit=dev`);
  return `npm audit: ${total} known holes`;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
