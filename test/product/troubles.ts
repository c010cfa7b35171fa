import type { Fault, Index, LoadedScenario } from "../../src/index.ts";
import { type Candidate, chooseCover } from "./cover.ts";
import { featuresOf, isSource } from "./features.ts";

const ALWAYS = { for: "any", when: "always" } as const;
const SECOND = { for: "any", when: { nth: 2 } } as const;

/** What can go wrong with a registry, by its class. */
const CLASSES = {
  refusal: {
    "401 always": status(401, ALWAYS),
    "401 for files": status(401, { ...ALWAYS, for: "files" }),
    "401 for the second request": status(401, SECOND),
    "revoke from the second on": { faults: [{ kind: "revoke", for: "any", when: { from: 2 } }] },
  },
  HTTP: {
    "404 for pages": status(404, { ...ALWAYS, for: "pages" }),
    "429 for the first request": status(429, { for: "any", when: { nth: 1 } }, 1),
    "503 always": status(503, ALWAYS),
    "503 half of the time": status(503, { for: "any", when: { rate: 0.5, seed: 1 } }),
  },
  transport: {
    delay: { faults: [{ kind: "delay", ...ALWAYS, delayMs: 5 }] },
    "drop for files": { faults: [{ kind: "drop", ...ALWAYS, for: "files" }] },
    "drop the second request": { faults: [{ kind: "drop", ...SECOND }] },
    truncate: { faults: [{ kind: "truncate", ...ALWAYS }] },
  },
  TLS: { "expired certificate": { certificate: "expired" }, "untrusted certificate": { certificate: "untrusted" } },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Partial<Index>>>>>;

export const TROUBLES: Readonly<Record<string, Partial<Index>>> = Object.assign({}, ...Object.values(CLASSES));

export const TROUBLE_CLASSES = Object.keys(CLASSES);

const classOf = (trouble: string): string => Object.entries(CLASSES).find(([, troubles]) => trouble in troubles)?.[0] ?? "";

function status(code: number, which: Pick<Fault, "for" | "when">, retryAfterSeconds: number | null = null): Partial<Index> {
  return { faults: [{ kind: "status", ...which, status: code, retryAfterSeconds }] };
}

export interface TroubledScenario extends Candidate {
  readonly trouble: string;
  readonly loaded: LoadedScenario;
}

/** Every trouble with every scenario. */
export function everyTrouble(scenarios: readonly LoadedScenario[]): TroubledScenario[] {
  return scenarios.flatMap((loaded) =>
    Object.entries(TROUBLES)
      // A certificate means nothing where no connection shows one.
      .filter(([, { certificate }]) => certificate === undefined || loaded.scenario.indexes.some(({ url }) => url.startsWith("https:")))
      .map(([trouble]) => ({
        name: `${loaded.file}: ${trouble}`,
        trouble,
        loaded,
        covers: featuresOf(loaded).map((feature) => `${isSource(feature) ? trouble : classOf(trouble)} × ${feature}`),
      })),
  );
}

/** Each trouble with every credential source that a scenario has, and each class of them with every flavour and command. */
export function chosenTroubles(scenarios: readonly LoadedScenario[]): TroubledScenario[] {
  return chooseCover([everyTrouble(scenarios)]);
}

/** With the trouble on every index. */
export function withTrouble(loaded: LoadedScenario, trouble: string, env: Readonly<Record<string, string>>): LoadedScenario {
  const changes = TROUBLES[trouble] ?? {};
  const indexes = loaded.scenario.indexes.map((index) => ({ ...index, ...changes, faults: [...(changes.faults ?? []), ...index.faults] }));
  return withEnvironment({ ...loaded, scenario: { ...loaded.scenario, indexes } }, env);
}

/** uv waits seconds before it asks again: with `UV_HTTP_RETRIES=0` a run says at once what it would say then. */
export function withEnvironment(loaded: LoadedScenario, env: Readonly<Record<string, string>>): LoadedScenario {
  return { ...loaded, scenario: { ...loaded.scenario, env: { ...env, ...loaded.scenario.env } } };
}
