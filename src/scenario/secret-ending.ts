import type { Index, User } from "./model.ts";

/** What Google takes under this name is a key file in base64, which often ends in padding. */
export function endingOf({ flavour }: Pick<Index, "flavour">, user: string): string {
  return flavour === "google-artifact-registry" && user === "_json_key_base64" ? "=" : "";
}

/** A user's secret around what is random in it. */
export function shapedSecret(index: Pick<Index, "flavour">, user: Pick<User, "name" | "secretForm">, random: string): string {
  return user.secretForm === undefined ? `${random}${endingOf(index, user.name)}` : user.secretForm.replace("*", () => random);
}
