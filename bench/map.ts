// `uv-mre map` over every release of uv, with a step of one `uv pip install`, against fetching them all the same way: as many at
// once, within the same limit. Cold: both begin with an empty cache. Warm: every release is installed and none was asked.
// The load of other programs is told, and the processor time, which it does not change much: over the number of cores, that is
// what a machine takes that does nothing else. Needs some 14 GB of disk for the warm part and the network for the cold one. Exits
// 1 where a target is missed. `node bench/map.ts cold` leaves the warm part out, `cold 10` asks the ten oldest releases alone.
import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import path from "node:path";
import { allDone } from "../src/all-done.ts";
import { openHarness } from "../src/index.ts";
import { temporaryFolder } from "../test/real-tools.ts";
import { outputOf } from "./measure.ts";

const SCENARIO = `schema = 1
title = "uv pip install takes a package from an index"

[index.private]
url = "http://packages.example.com/simple/"
packages = [{ name = "sandbox" }]

[venv]
state = "created"

[[step]]
run = "uv pip install --index-url http://packages.example.com/simple/ sandbox"
reproduced = { exit = "nonzero", final.any = { index = "private", status = 200 } }
healthy = { exit = 0, final.any = { index = "private", status = 200 } }
`;

/** Seconds, with every release installed. */
const WARM = 90;
/** Of the time that fetching them all takes. */
const COLD = 1.25;
/** Bytes that the cache may take: as it is, and so that every release stays. */
const MOST = 5_000_000_000;
const ALL = 100_000_000_000;

const [part = "all", count = "all"] = process.argv.slice(2);
await using folder = await temporaryFolder();
const wanted = await releasesToAsk();
const scenario = path.join(folder.path, "install.toml");
await writeFile(scenario, SCENARIO);
const cache = (name: string): string => path.join(folder.path, name);

const fetching = await timed("fetching them all", () => fetchAll(cache("fetch"), MOST));
await rm(cache("fetch"), { recursive: true });
const cold = await timed("map, from an empty cache", () => map(cache("map"), MOST));
figure(`cold ÷ fetching ${(cold / fetching).toFixed(2)}, wanted ${COLD}`, cold <= COLD * fetching);
if (part !== "cold") {
  await fetchAll(cache("map"), ALL);
  await rm(path.join(cache("map"), "results"), { recursive: true });
  const warm = await timed("map, all installed", () => map(cache("map"), ALL));
  const again = await timed("map, all asked before", () => map(cache("map"), ALL));
  figure(`warm ${warm.toFixed(1)} s, wanted ${WARM}`, warm <= WARM);
  console.log(`again ${again.toFixed(1)} s`);
}

async function releasesToAsk(): Promise<readonly string[]> {
  await using harness = await openHarness();
  return (await harness.releases()).slice(0, count === "all" ? undefined : Number(count));
}

/** As the search fetches: as many at once as it asks, and within the cache's limit. */
async function fetchAll(cacheDir: string, maxBytes: number): Promise<void> {
  await using harness = await openHarness({ cacheDir });
  // As the search does: a uv that fetches the others comes first.
  await harness.bootstrap();
  const waiting = wanted.values();
  const fetching = new Set<string>();
  const work = async (): Promise<void> => {
    for (const version of waiting) {
      fetching.add(version);
      await harness.release(version);
      fetching.delete(version);
      await harness.store.letGo({ except: fetching });
      await harness.store.remove({ maxBytes });
    }
  };
  await allDone(Array.from({ length: availableParallelism() }, work));
}

/** `uv-mre map` as a process of its own, as a person waits for it. */
async function map(cacheDir: string, maxBytes: number): Promise<number> {
  // The shell says what its children took, and theirs.
  const timing = 'TIMEFORMAT="cpu %U %S"; time "$0" "$@"';
  const child = spawn(
    "bash",
    ["-c", timing, process.execPath, "dist/bin.js", "map", scenario, "--json", ...wanted.flatMap((uv) => ["--uv", uv])],
    {
      env: { ...process.env, UV_MRE_CACHE_DIR: cacheDir, UV_MRE_MAX_DISK: `${maxBytes / 1e9}GB` },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const { status, stdout, stderr } = await outputOf(child);
  if (stdout === "") throw new Error(`map ended with ${status}: ${stderr.slice(-2000)}`);
  const answer = JSON.parse(stdout) as { exhaustive: boolean; releases: { uv: string; verdict: string; reasons?: string[] }[] };
  if (!answer.exhaustive) throw new Error("map did not ask every release");
  for (const { uv, verdict, reasons } of answer.releases)
    if (verdict !== "healthy") console.log(`  uv ${uv}: ${verdict}: ${(reasons ?? []).join("; ")}`);
  const [, user = Number.NaN, system = Number.NaN] = /cpu (\S+) (\S+)/.exec(stderr)?.map(Number) ?? [];
  return user + system;
}

/** `work` may resolve to the processor time that all its processes took, seconds. */
async function timed(what: string, work: () => Promise<number | void>): Promise<number> {
  const before = loadavg()[0] ?? Number.NaN;
  const startedAt = performance.now();
  const processor = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const own = typeof processor === "number" ? `, ${processor.toFixed(0)} s of processor time` : "";
  console.log(`${what}: ${seconds.toFixed(1)} s${own} (${availableParallelism()} cores, load before ${before.toFixed(1)})`);
  return seconds;
}

function figure(text: string, met: boolean): void {
  console.log(`${text}: ${met ? "met" : "MISSED"}`);
  if (!met) process.exitCode = 1;
}
