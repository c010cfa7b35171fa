import { dockerStatus } from "../../backend/docker-status.ts";
import { UserError } from "../../scenario/error.ts";
import { machineryOf } from "./machinery.ts";
import type { Harness } from "./harness.ts";

export interface MachineCheck {
  readonly what: string;
  /** `missing` stops the main job; `absent` only what needs it. */
  readonly state: "ok" | "absent" | "missing";
  readonly detail: string;
  /** How to get it; `null` where nothing is lacking. */
  readonly advice: string | null;
}

/** What this machine has and what it lacks, and how to get it. Installs nothing but a uv of our own, if there is none. */
export async function examine(harness: Harness): Promise<MachineCheck[]> {
  return [
    { what: "Node.js", state: "ok", detail: process.version, advice: null },
    await asked("Python", async () => {
      const python = await harness.python();
      return `${python.version} at ${python.file}`;
    }),
    await pip(harness),
    await asked("uv to install others with", async () => {
      const { version, file } = await harness.store.bootstrap();
      return `${version} at ${file}`;
    }),
    await asked("list of uv releases", async () => {
      const releases = await harness.releases();
      return `${releases.length}, newest ${releases.at(-1) ?? "none"}`;
    }),
    { what: "cache", state: "ok", detail: harness.cacheDir, advice: null },
    await docker(harness),
  ];
}

async function asked(what: string, ask: () => Promise<string>): Promise<MachineCheck> {
  try {
    return { what, state: "ok", detail: await ask(), advice: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [detail = "", ...advice] = error.message.split("\n");
    return { what, state: "missing", detail, advice: advice.join(" ") || null };
  }
}

async function pip(harness: Harness): Promise<MachineCheck> {
  const python = await harness.python().catch(() => null);
  const what = "pip of that Python";
  if (python === null) return { what, state: "absent", detail: "no Python, no pip", advice: null };
  const result = await harness.run({
    file: python.file,
    args: ["-m", "pip", "--version"],
    cwd: machineryOf(harness).folder,
    env: harness.env,
    stdin: null,
    timeoutMs: 30_000,
    outputDir: machineryOf(harness).folder,
  });
  if (result.exit === 0) return { what, state: "ok", detail: result.stdout.split(" from ")[0]?.trim() ?? "", advice: null };
  return {
    what,
    state: "absent",
    detail: "not there",
    advice: "a uv on PATH does without; else install it (Debian: apt-get install python3-pip)",
  };
}

async function docker(harness: Harness): Promise<MachineCheck> {
  const status = await dockerStatus(harness.env);
  const what = "Docker (for pypiserver-container and --sandbox docker)";
  if (status.daemon === null) return { what, state: "absent", detail: status.reason ?? "no daemon answers", advice: status.advice };
  const image = status.image === null ? "" : `, ${status.image.name} ${status.image.present ? "built" : "not built yet"}`;
  const reaper = status.reaper === null ? ", no reaper image" : `, reaper ${status.reaper}`;
  return { what, state: "ok", detail: `${status.daemon}${image}${reaper}`, advice: status.advice };
}
