import type { RunResult } from "../src/index.ts";

/** What a run shows, whatever the way to its indexes. */
export function shownBy({ verdict, observation }: RunResult): unknown {
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
