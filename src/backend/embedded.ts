import type { Distribution } from "../scenario/distribution.ts";

/** An index's files, held by us; `list` is live. */
export interface EmbeddedBackend {
  list(): readonly Distribution[];
  publish(distributions: readonly Distribution[]): void;
}

export function createEmbeddedBackend(options: { readonly distributions: readonly Distribution[] }): EmbeddedBackend {
  let distributions = options.distributions;
  return {
    list: () => distributions,
    publish(more) {
      distributions = [...distributions, ...more];
    },
  };
}
