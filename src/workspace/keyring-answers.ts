import type { Secret } from "../observation/secret.ts";
import { derivedAnswer, type PluginAnswer } from "../scenario/keyring-answer.ts";
import type { Index, Scenario, User } from "../scenario/model.ts";

/** What the keyring plugin reads. */
interface AnswersFile {
  /** Indexes that the plugin of the keyring tool knows. */
  readonly tool: readonly string[];
  readonly answers: readonly PluginAnswer[];
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
  const answers: PluginAnswer[] =
    explicit === null
      ? sources.secrets
          .filter((secret) => secret.kind === "good")
          .map((secret) => ({ secret, user: userOf(scenario, secret) }))
          // Of two secrets under one name, the first answers: the one that is good.
          .sort((a, b) => Number(b.user.state === "good") - Number(a.user.state === "good"))
          .flatMap(({ secret, user }) => {
            const answer = derivedAnswer(indexOf(scenario, secret), user, sources.urlOf(secret.index));
            return answer === null ? [] : [{ ...answer, password: secret.value }];
          })
      : explicit.map((answer) => ({
          index: null,
          service: sources.fill(answer.service),
          match: answer.match,
          user: answer.user === null ? null : sources.fill(answer.user),
          gives: sources.fill(answer.gives),
          needsUser: answer.needsUser,
          anyCredential: false,
          password: sources.fill(answer.password),
        }));
  const file: AnswersFile = { tool: scenario.keyring?.tool ?? [], answers };
  return JSON.stringify(file);
}

function indexOf({ indexes }: Pick<Scenario, "indexes">, secret: Secret): Pick<Index, "name" | "flavour" | "public"> {
  return indexes.find(({ name }) => name === secret.index) ?? { name: secret.index, flavour: "simple", public: false };
}

function userOf({ indexes }: Pick<Scenario, "indexes">, secret: Secret): User {
  const found = indexes.find(({ name }) => name === secret.index)?.users.find(({ name }) => name === secret.user);
  return found ?? { name: secret.user, state: "good" };
}
