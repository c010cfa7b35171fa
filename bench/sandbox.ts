// What `--sandbox bwrap` costs over `none`: a run, each further step, eight runs at once, and what the gateway answers. Eight at once twice:
// of steps that do nothing, where the walls are all that there is, and of steps that install from an index, as those of scenarios do.
// Both are measured in turn, in one process; medians. Needs a machine that does nothing else. Exits 1 where a target is missed.
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadScenarios, openHarness, runMatrix, runScenario } from "../src/index.ts";
import { createStartChannel } from "../src/process/start-channel.ts";
import { programFile } from "../src/run/programs.ts";
import { enterArguments, holdNetwork } from "../src/sandbox/holder.ts";
import { findSystemTool } from "../src/sandbox/open-sandbox.ts";
import { startGateway } from "../src/gateway/gateway.ts";
import { plainIndex } from "../test/scenario-fixture.ts";
import { temporaryFolder } from "../test/real-tools.ts";
import { median, timed } from "./measure.ts";

const ROUNDS = Number(process.argv[2] ?? 15);
const MORE_STEPS = 5;
const AT_ONCE = 8;
const KINDS = ["none", "bwrap"] as const;
type Kind = (typeof KINDS)[number];

await using folder = await temporaryFolder();
await using harness = await openHarness();
const release = await harness.release("0.9.5");
const files = [await scenario("short", 1), await scenario("long", 1 + MORE_STEPS), await installing()];
const [short, long, install] = await loadScenarios(files);
let missed = false;

const times = await inTurn(async (kind) => ({
  short: await timed(() => runScenario(harness, short!, release, { sandbox: kind })),
  long: await timed(() => runScenario(harness, long!, release, { sandbox: kind })),
}));
const more = (kind: Kind): number => (times(kind, "long") - times(kind, "short")) / MORE_STEPS;
const step = more("bwrap") - more("none");
report("each step, ms over none", step, 10);
report("each run, ms over none", times("bwrap", "short") - times("none", "short") - step, 30);

for (const [what, scenario] of [
  ["of nothing", long!],
  ["that install", install!],
] as const) {
  const cells = Array.from({ length: AT_ONCE }, () => ({ scenario, uv: "0.9.5" }));
  const eight = await inTurn(async (kind) => ({ took: await timed(() => runMatrix(harness, cells, { jobs: AT_ONCE, sandbox: kind })) }), 5);
  report(`${AT_ONCE} runs ${what} at once, none = 1`, eight("bwrap", "took") / eight("none", "took"), 1.15);
}

for (const what of ["page", "file", "connection"] as const) {
  // What a connection takes varies most.
  const rates = await inTurn(async (kind) => ({ rate: await answersPerSecond(kind, what) }), what === "connection" ? 15 : 5);
  report(`${what}s a second, none = 1`, rates("bwrap", "rate") / rates("none", "rate"), 0.95, "at least");
}
if (missed) process.exitCode = 1;

function report(what: string, value: number, limit: number, bound: "at most" | "at least" = "at most"): void {
  const met = bound === "at most" ? value <= limit : value >= limit;
  missed ||= !met;
  console.log(`${met ? "met   " : "MISSED"}  ${what}: ${value.toFixed(2)} (${bound} ${limit})`);
}

/** Measures both kinds one after the other, over and over, the first time for nothing. Returns medians. */
async function inTurn<Name extends string>(
  measure: (kind: Kind) => Promise<Record<Name, number>>,
  rounds = ROUNDS,
): Promise<(kind: Kind, name: Name) => number> {
  const all = { none: [] as Record<Name, number>[], bwrap: [] as Record<Name, number>[] };
  for (let round = 0; round <= rounds; round++) {
    for (const kind of KINDS) {
      const measured = await measure(kind);
      if (round > 0) all[kind].push(measured);
    }
  }
  return (kind, name) => median(all[kind].map((each) => each[name]));
}

async function scenario(name: string, steps: number): Promise<string> {
  const file = path.join(folder.path, `${name}.toml`);
  const set = '[[step]]\nrun = "uv --version"\n'.repeat(steps);
  await writeFile(
    file,
    `schema = 1\ntitle = "${name}"\n${set}reproduced = { stdout = "uv 0.9.5" }\nhealthy = { stdout = { contains = "uv", lacks = "uv 0.9.5" } }\n`,
  );
  return file;
}

/** As the shipped ones: a venv, a package and what it needs, and the same again with credentials that the index refuses. */
async function installing(): Promise<string> {
  const file = path.join(folder.path, "install.toml");
  const install = 'run = "uv pip install --no-cache --reinstall --index-url {{url.private}} sandbox"\n';
  await writeFile(
    file,
    `schema = 1\ntitle = "install"\n[venv]\nstate = "created"\n[index.private]\nuser = "alice"\npackages = [{ name = "sandbox" }]\n` +
      `[[step]]\n${install.replace("{{url", "{{login")}[[step]]\n${install}` +
      `reproduced = { exit = "nonzero", final.any = { index = "private", status = 401 } }\nhealthy = { exit = 0 }\n`,
  );
  return file;
}

/** A client beside this process asks the gateway here: at its address, or in a network of its own. */
async function answersPerSecond(kind: Kind, what: "page" | "file" | "connection"): Promise<number> {
  const output = path.join(folder.path, "output");
  await mkdir(output, { recursive: true });
  await using network = await holdNetwork({
    start: createStartChannel({ tag: "bench" }),
    unshare: (await findSystemTool("unshare")) ?? "unshare",
    python: (await harness.python()).file,
    program: programFile("sandbox/holder.py"),
    bwrap: "/usr/bin/bwrap",
    seccompFile: null,
    ports: [80],
    outputDir: output,
  });
  const index = plainIndex({ name: "private", url: "http://203.0.113.7/simple/" });
  const bytes = new Uint8Array(2 ** 20);
  const own = { version: "1.0", requiresPython: null, yanked: false, metadata: null, visibleTo: null } as const;
  const distribution = { ...own, project: "large", filename: "large-1.0-py3-none-any.whl", sha256: "0".repeat(64), size: bytes.length };
  await using gateway = await startGateway({
    mode: kind === "none" ? "loopback" : "proxy",
    network: kind === "none" ? null : network,
    indexes: [index],
    defaultIndex: { ...index, name: "default", url: "https://default.example/simple/" },
    source: new Map([
      ["private", { kind: "files" as const, list: () => [{ ...distribution, content: { kind: "bytes" as const, bytes } }] }],
    ]),
    secrets: [],
    authority: () => harness.authority(),
    now: () => performance.now(),
    trouble: (detail) => console.error(detail),
  });
  const url = what === "file" ? gateway.fileUrlOf("private", "large") : `${gateway.urlOf("private")}large/`;
  const client = [process.execPath, fileURLToPath(new URL("client.ts", import.meta.url)), url, what];
  const [file = "", ...args] = kind === "none" ? client : ["nsenter", ...enterArguments(network.pid), ...client];
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  return Number(printed);
}
