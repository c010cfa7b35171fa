import { RECORDED_HEADERS } from "../observation/model.ts";
import type { Fault } from "../scenario/model.ts";
import { type Answer, plain } from "./answer.ts";
import { parseAuthorization } from "./authorization.ts";
import { withHeaders } from "./cache-headers.ts";
import { ANONYMOUS, type Caller, identify, type SecretTable } from "./caller.ts";
import type { Directory } from "./registry-directory.ts";
import type { Purpose } from "./fault.ts";
import type { Route } from "./flavour/flavour.ts";
import type { Entry, Journal } from "./journal.ts";
import { redirectAnswer, type RedirectTargets } from "./redirect.ts";
import { pathOf, type Target } from "./target.ts";

/** A request as it came, whichever protocol spoke it. */
export interface Incoming {
  readonly method: string;
  /** As the client means it: the virtual address. */
  readonly target: Target;
  /** As the client wrote it, for the journal. */
  readonly url: string;
  readonly httpVersion: string;
  header(name: string): string | null;
  body(): Promise<Uint8Array>;
  /** Whether the client has hung up. */
  gone(): boolean;
}

/** What to do with the connection. */
export type Outcome = { readonly kind: "send"; readonly answer: Answer; readonly truncated: boolean } | { readonly kind: "drop" };

export type Exchange = (incoming: Incoming) => Outcome | Promise<Outcome>;

export interface ExchangeOptions {
  readonly directory: Directory;
  readonly journal: Journal;
  readonly secrets: SecretTable;
  readonly redirectTargets: RedirectTargets;
  /** Resolves after `ms`, or earlier when the gateway closes. */
  wait(ms: number): Promise<void>;
  /** Declared indexes drop every connection. */
  isDown(): boolean;
  /** A fault of ours. */
  trouble(detail: string): void;
}

const DROP: Outcome = { kind: "drop" };

/**
 * Find who answers → who asks → a fault, a refusal, a redirect, or the content → journal. Answers at once where
 * nothing has to be waited for.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const { directory, journal, secrets, redirectTargets } = options;

  return function exchange(incoming) {
    const { step } = journal;
    const found = directory.find(incoming.target);
    const presented = parseAuthorization(incoming.header("authorization") ?? undefined);
    if (found.kind === "nowhere") {
      const stranger = identify(presented, secrets, NO_REGISTRY);
      return conclude(incoming, step, null, stranger, { kind: "send", answer: plain(404, "404 Not Found\n"), truncated: false });
    }
    const { registry, place } = found;
    const index = found.kind === "declared" ? registry.index.name : null;
    if (index !== null && options.isDown()) return conclude(incoming, step, index, ANONYMOUS, DROP);

    const route = registry.behaviour.route(place, incoming.method, incoming.header);
    const purpose = purposeOf(route);
    const fault = registry.strike(purpose, pathOf(incoming.target));
    if (fault?.kind === "revoke") registry.revokeAll();
    const caller = registry.identify(presented, place);
    const finish = (outcome: Outcome): Outcome => conclude(incoming, step, index, caller, outcome);

    if (fault?.kind === "delay") return later(options.wait(fault.delayMs).then(() => (incoming.gone() ? DROP : decide())));
    const outcome = decide();
    return outcome instanceof Promise ? later(outcome) : finish(outcome);

    function later(promised: Promise<Outcome>): Promise<Outcome> {
      const end = journal.begin(requestEntry(incoming, step, index, caller));
      return promised.then(finish).finally(end);
    }

    function decide(): Outcome | Promise<Outcome> {
      if (fault?.kind === "drop") return DROP;
      if (fault?.kind === "status") return { kind: "send", answer: failure(fault), truncated: false };
      const truncated = fault?.kind === "truncate";
      // A protected index redirects those it would serve; the others get its challenge, as from a real one.
      const given =
        registry.refuse(caller, route, place) ??
        redirectAnswer(registry, route, purpose, incoming.target, presented, redirectTargets) ??
        registry.content(registryRequest(), caller);
      return given instanceof Promise
        ? given.then(
            (answer): Outcome => ({ kind: "send", answer: withCaching(answer), truncated }),
            (error: Error): Outcome => {
              options.trouble(`${registry.index.name} can't answer: ${error.message}`);
              return DROP;
            },
          )
        : { kind: "send", answer: withCaching(given), truncated };
    }

    function withCaching(given: Answer): Answer {
      return withHeaders(given, registry.index, purpose, incoming.header);
    }

    function registryRequest() {
      return {
        method: incoming.method,
        place,
        route,
        target: incoming.target,
        header: (name: string) => incoming.header(name),
        body: () => incoming.body(),
      };
    }
  };

  function conclude(incoming: Incoming, step: number, index: string | null, caller: Caller, outcome: Outcome): Outcome {
    const location = outcome.kind === "send" && outcome.answer.status < 400 ? outcome.answer.headers["location"] : null;
    journal.write({
      ...requestEntry(incoming, step, index, caller),
      status: outcome.kind === "send" ? outcome.answer.status : 0,
      location: typeof location === "string" ? location : null,
    });
    return outcome;
  }
}

/** What the journal says of a request, whatever its answer. */
function requestEntry(incoming: Incoming, step: number, index: string | null, caller: Caller): Omit<Entry, "status" | "location"> {
  const { method, url, httpVersion } = incoming;
  return { step, index, method, url, caller, httpVersion, range: incoming.header("range"), headers: recordedHeaders(incoming) };
}

export function recordedHeaders({ header }: Pick<Incoming, "header">): Record<string, string | null> {
  return Object.fromEntries(RECORDED_HEADERS.map((name) => [name, header(name)]));
}

/** Names the secret that was sent where no index could know it. */
export const NO_REGISTRY = {
  index: "",
  stateOf: () => null,
  stateElsewhere: () => null,
  accepts: () => false,
  secretPlace: () => "password" as const,
  bearer: false,
};

export function purposeOf(route: Route): Purpose {
  switch (route.kind) {
    case "page":
    case "root":
    case "flat":
      return "page";
    case "file":
      return "file";
    case "fixed":
      return route.purpose;
    case "upload":
    case "nothing":
      return "other";
  }
}

function failure(fault: Fault & { kind: "status" }): Answer {
  const headers = fault.retryAfterSeconds === null ? {} : { "retry-after": String(fault.retryAfterSeconds) };
  return plain(fault.status, `${fault.status}\n`, headers);
}
