import type { Index } from "./model.ts";

/** What Google takes under this name is a key file in base64, which often ends in padding. */
export function endingOf({ flavour }: Pick<Index, "flavour">, user: string): string {
  return flavour === "google-artifact-registry" && user === "_json_key_base64" ? "=" : "";
}
