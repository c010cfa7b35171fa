import type { Secret } from "../observation/secret.ts";
import type { Scenario, User } from "../scenario/model.ts";

/** What the keyring plugin reads. */
interface AnswersFile {
  /** Indexes that the plugin of the keyring tool knows. */
  readonly tool: readonly string[];
  readonly answers: readonly Answer[];
}

interface Answer {
  /** `null`: every plugin knows it. */
  readonly index: string | null;
  /** An index URL, if `derived`: any URL on its host is answered. Else exactly what must be asked for. */
  readonly service: string;
  readonly user: string;
  readonly password: string;
  readonly derived: boolean;
}

/**
 * The text of the answers file: what `[keyring] answers` says, else every user of every index with the good secret
 * (whether the index still takes it is the index's business).
 */
export function keyringAnswersText(
  scenario: Pick<Scenario, "keyring" | "indexes">,
  sources: { readonly secrets: readonly Secret[]; urlOf(index: string): string; fill(text: string): string },
): string {
  const explicit = scenario.keyring?.answers ?? null;
  const answers: Answer[] =
    explicit === null
      ? sources.secrets
          .filter((secret) => secret.kind === "good")
          .map((secret) => ({ secret, user: userOf(scenario, secret) }))
          // Of two secrets under one name, the first answers: the one that is good.
          .sort((a, b) => Number(b.user.state === "good") - Number(a.user.state === "good"))
          .map(({ secret, user }) => ({
            index: secret.index,
            service: sources.urlOf(secret.index),
            user: user.login ?? user.name,
            password: secret.value,
            derived: true,
          }))
      : explicit.map((answer) => ({
          index: null,
          service: sources.fill(answer.service),
          user: sources.fill(answer.user),
          password: sources.fill(answer.password),
          derived: false,
        }));
  const file: AnswersFile = { tool: scenario.keyring?.tool ?? [], answers };
  return JSON.stringify(file);
}

function userOf({ indexes }: Pick<Scenario, "indexes">, secret: Secret): User {
  const found = indexes.find(({ name }) => name === secret.index)?.users.find(({ name }) => name === secret.user);
  return found ?? { name: secret.user, state: "good" };
}
