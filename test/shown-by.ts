import { type Harness, type LoadedScenario, type RunResult, runScenario } from "../src/index.ts";

/** What a scenario shows without a sandbox and in one, whose steps have no proxy: to be the same. */
export async function bothWays(
  sandbox: "bwrap" | "docker",
  {
    harness,
    scenario,
    uv,
    signal,
  }: { readonly harness: Harness; readonly scenario: LoadedScenario; readonly uv: string; readonly signal: AbortSignal },
): Promise<{ readonly bare: unknown; readonly apart: unknown }> {
  const release = await harness.release(uv);
  const ran = async (wanted: "none" | typeof sandbox): Promise<unknown> => {
    const result = await runScenario(harness, scenario, release, { sandbox: wanted, signal });
    const { sandbox: kind, added } = result.environment;
    return {
      ...shownBy(result),
      // What is unsupported was not run.
      sandbox: kind === wanted || result.verdict === "unsupported" ? "the wanted one" : kind,
      isProxied: wanted !== "none" && added.some(({ name }) => name === "HTTPS_PROXY"),
    };
  };
  return { bare: await ran("none"), apart: await ran(sandbox) };
}

/** What a run shows, whatever the way to its indexes. */
function shownBy({ verdict, observation }: RunResult): object {
  return {
    verdict,
    exits: observation.steps.map(({ exit, signal }) => exit ?? signal),
    // Requests made at once come in any order; whether a connection was still opening when uv ended is chance.
    requests: observation.requests
      .filter(({ unread }) => unread === undefined)
      .map((each) =>
        [each.step, each.index, each.method, each.url, each.status, each.authorization, each.secret, each.httpVersion].join(" "),
      )
      .sort(),
    // Which of the pages asked for at once is refused first, and so asked for, is chance.
    keyring: observation.keyring
      .map(({ step, from, argv, raised, exit }) => [step, from, hostOf(argv[1]), argv[2], raised, exit].join(" "))
      .sort(),
    leaks: observation.leaks,
    trouble: observation.trouble,
  };
}

function hostOf(service: string | undefined): string {
  return service === undefined || !URL.canParse(service) ? String(service) : new URL(service).host;
}
