import type { SandboxChoice } from "../../sandbox/model.ts";
import { UserError } from "../../scenario/error.ts";
import { declaresDefaultIndex } from "../../scenario/default-index.ts";
import { ownNetwork } from "../../scenario/own-network.ts";
import type { Backend, Scenario } from "../../scenario/model.ts";

export const BREAKAGES = ["index-down", "wrong-python", "uv-killed", "package-missing", "tls-untrusted"] as const;
/** One thing broken on purpose, to prove that a scenario's conditions do not take trouble for an answer. */
export type Breakage = (typeof BREAKAGES)[number];

export interface RunOptions {
  /** `proxy`: virtual hosts; `loopback`: every index at 127.0.0.1, for scenarios that say `{{url.NAME}}` throughout. */
  readonly mode?: "proxy" | "loopback";
  /** Serve every index by this backend, whatever the scenario says. */
  readonly backend?: Backend | null;
  readonly keep?: boolean;
  readonly breakage?: Breakage | null;
  /** Put `-v` into every uv command and keep what it printed; such a run is not for judging. */
  readonly verbose?: boolean;
  /** Without the keyring probe, to show that it changes nothing. Default: with. */
  readonly probe?: boolean;
  /** Compare with claims, and take as an answer, also a verdict that rests on exit statuses alone. */
  readonly acceptExitStatus?: boolean | undefined;
  /** What keeps the run's commands from the machine. Default: as the harness says. */
  readonly sandbox?: SandboxChoice;
  readonly signal?: AbortSignal;
}

/** The scenario with `--backend` applied. A real pypiserver answers as itself, whatever flavour the scenario names. */
export function withBackend(scenario: Scenario, backend: Backend | null | undefined): Scenario {
  const indexes = scenario.indexes.map((index) => {
    if (index.git === true || index.proxy !== undefined) return index;
    const served = { ...index, backend: backend ?? index.backend };
    const { authenticate } = served.options;
    const options = authenticate === undefined ? {} : { authenticate };
    return served.backend === "embedded" ? served : { ...served, flavour: "pypiserver" as const, options };
  });
  return { ...scenario, indexes };
}

/** Refuses a scenario whose texts name an index's address, where nothing would answer without the proxy, or a default index. */
export function checkLoopback(loaded: { readonly file: string; readonly text: string; readonly scenario: Scenario }): void {
  if (declaresDefaultIndex(loaded.scenario)) {
    throw new UserError(
      `${loaded.file}: has a default index of its own; without the proxy UV_DEFAULT_INDEX stands for PyPI and would take its place. Leave out --no-proxy`,
    );
  }
  if (loaded.scenario.indexes.some(({ proxy }) => proxy !== undefined))
    throw new UserError(`${loaded.file}: has a [proxy], and --no-proxy leads past it; leave out --no-proxy`);
  const apart = ownNetwork(loaded.scenario);
  if (apart !== null) throw new UserError(`${loaded.file}: ${apart} shows in a sandbox's network alone; leave out --no-proxy`);
  const git = loaded.scenario.indexes.find((index) => index.git === true);
  if (git !== undefined) throw new UserError(`${loaded.file}: [git.${git.name}] is reached by the proxy alone; leave out --no-proxy`);
  for (const index of loaded.scenario.indexes) {
    const { host } = new URL(index.url);
    const texts = JSON.stringify([loaded.scenario.files, loaded.scenario.home, loaded.scenario.env, loaded.scenario.steps]);
    if (texts.includes(host)) {
      throw new UserError(
        `${loaded.file}: without the proxy nothing answers at ${host}; say {{url.${index.name}}} throughout, or leave out --no-proxy`,
      );
    }
  }
}
