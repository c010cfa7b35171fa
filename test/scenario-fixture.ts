import type { Index, Scenario, Step } from "../src/scenario/model.ts";
import { parseScenario, type ParseOptions } from "../src/scenario/parse.ts";
import { formatProblems } from "../src/scenario/problem.ts";

/** The scenario of a text that is one. */
export function parsedScenario(text: string, options?: ParseOptions): Scenario {
  const parsed = parseScenario(text, options);
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems, text));
  return parsed.scenario;
}

/** A plain index that says nothing else than it must. */
export function plainIndex(part: Partial<Index> = {}): Index {
  return {
    name: "default",
    flavour: "simple",
    backend: "embedded",
    url: "https://default.example.com/simple/",
    users: [],
    public: false,
    packages: [],
    http: "auto",
    metadata: true,
    json: true,
    redirects: [],
    faults: [],
    certificate: "good",
    cacheControl: null,
    linksAs: null,
    options: {},
    ...part,
  };
}

/** `uv sync`, of which nothing is said. */
export function plainStep(part: Partial<Step> = {}): Step {
  return {
    argv: ["uv", "sync"],
    env: {},
    cwd: "",
    stdin: null,
    venv: "inactive",
    write: {},
    delete: [],
    tls: "file",
    set: [],
    timeoutSeconds: 60,
    exit: [0],
    reproduced: [],
    healthy: [],
    ...part,
  };
}

export function plainScenario(steps: readonly Step[], part: Partial<Scenario> = {}): Scenario {
  return {
    title: "t",
    description: null,
    issue: null,
    supported: null,
    asOf: null,
    indexes: [],
    defaultIndex: plainIndex(),
    keyring: null,
    files: {},
    home: {},
    env: {},
    venv: { state: "absent", packages: [], path: ".venv" },
    steps,
    claims: [],
    ...part,
  };
}
