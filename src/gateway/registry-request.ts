import type { Answer } from "./answer.ts";
import type { Caller } from "./caller.ts";
import type { Place, Route } from "./flavour/flavour.ts";
import type { Target } from "./target.ts";

/** One request, as a registry sees it. */
export interface RegistryRequest {
  readonly method: string;
  readonly place: Place;
  readonly route: Route;
  readonly target: Target;
  header(name: string): string | null;
  body(): Promise<Uint8Array>;
}

/** What a registry answers to someone who passed its gate; at once where nothing has to be waited for. */
export type Content = (request: RegistryRequest, caller: Caller) => Answer | Promise<Answer>;
