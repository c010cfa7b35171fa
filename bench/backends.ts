// What a real pypiserver adds to a run, over the embedded index: to the first run of a plan, which starts the server,
// and to each that follows in the same plan. The image and the installed pypiserver are there before. Exits 1 where
// the container adds more than 3 s to a first run.
import { loadScenarios, openHarness, runScenario } from "../src/index.ts";
import type { Backend } from "../src/index.ts";
import { dockerMissing } from "../test/docker.ts";
import { median, timed } from "./measure.ts";

const FILE = "scenarios/env-credentials.toml";
const ROUNDS = 3;
const FOLLOWING = 5;
const ALLOWED_MS = 3000;

const scenarios = await loadScenarios([FILE]);

const backends = (["embedded", "pypiserver", "pypiserver-container"] as const).filter(
  (backend) => backend !== "pypiserver-container" || dockerMissing === null,
);
for (const backend of backends) await plan(backend);
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const times = new Map<Backend, Times>();
  for (const backend of backends) times.set(backend, await plan(backend));
  rounds.push(times);
}

console.log(`${FILE}, uv 0.9.5, ${ROUNDS} rounds, median; milliseconds`);
let missed = false;
for (const backend of backends) {
  const all = rounds.flatMap((times) => times.get(backend) ?? []);
  const embedded = rounds.flatMap((times) => times.get("embedded") ?? []);
  const [first, next, plain, end] = [middle(all, "first"), middle(all, "next"), middle(embedded, "first"), middle(all, "end")];
  const added = first - plain;
  const late = backend === "pypiserver-container" && added > ALLOWED_MS;
  missed ||= late;
  const wanted = backend === "pypiserver-container" ? `, wanted ≤ ${ALLOWED_MS}: ${late ? "MISSED" : "met"}` : "";
  console.log(`${backend}: first run ${first}, further ones ${next}, end of the plan ${end}; adds ${added} to a first run${wanted}`);
}
if (missed) process.exitCode = 1;

interface Times {
  readonly first: number;
  readonly next: number;
  readonly end: number;
}

/** One plan: a first run, some more, the end. */
async function plan(backend: Backend): Promise<Times> {
  const harness = await openHarness();
  const release = await harness.release("0.9.5");
  const run = async (): Promise<void> => {
    for (const scenario of scenarios) {
      const { verdict } = await runScenario(harness, scenario, release, { backend });
      if (verdict !== "healthy") throw new Error(`${backend}: ${verdict}`);
    }
  };
  const first = await timed(run);
  const next = await timed(async () => {
    for (let each = 0; each < FOLLOWING; each++) await run();
  });
  const end = await timed(async () => harness[Symbol.asyncDispose]());
  return { first, next: next / FOLLOWING, end };
}

function middle(times: readonly Times[], key: keyof Times): number {
  return Math.round(median(times.map((each) => each[key])));
}
