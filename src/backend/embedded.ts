import type { Distribution } from "../scenario/distribution.ts";

/** An index's files, held by us; what `list` gives does not change afterwards. */
export interface EmbeddedBackend {
  list(): readonly Distribution[];
  /** Adds files; one of the same name takes the old one's place, as where a registry allows overwriting. */
  publish(distributions: readonly Distribution[]): void;
}

/** Files of one name come once, the last one given counts. Who may see them is the gateway's business, and so is yanking. */
export function createEmbeddedBackend(options: { readonly distributions: readonly Distribution[] }): EmbeddedBackend {
  let listed = byFilename(options.distributions);
  return {
    list: () => listed,
    publish(distributions) {
      listed = byFilename([...listed, ...distributions]);
    },
  };
}

function byFilename(distributions: readonly Distribution[]): readonly Distribution[] {
  return [...new Map(distributions.map((each) => [each.filename, each])).values()];
}
