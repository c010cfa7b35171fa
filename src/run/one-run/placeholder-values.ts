import { join } from "node:path";
import type { PythonInfo } from "../../observation/process.ts";
import { loginOf, userinfoOf } from "../../scenario/login.ts";
import type { Scenario, User } from "../../scenario/model.ts";
import type { Secret } from "../../observation/secret.ts";
import { splitReference } from "../../scenario/placeholder.ts";
import type { Workspace } from "../../workspace/workspace.ts";

/** What the placeholders of a run stand for; see docs/keys.md for the list. */
export interface ValueSources {
  readonly scenario: Scenario;
  readonly secrets: readonly Secret[];
  readonly urlOf: (index: string) => string;
  readonly fileUrlOf: (index: string, project: string) => string;
  /** `project`, `home`, `venv`, `cache`, `python`, `path`. */
  readonly places: Readonly<Record<string, string>>;
}

/** The value of `{{name}}`, or `null` for a name that means nothing (the parser has refused those already). */
export function valueOf(name: string, sources: ValueSources): string | null {
  const place = sources.places[name];
  if (place !== undefined) return place;
  const dot = name.indexOf(".");
  if (dot < 0) return null;
  const kind = name.slice(0, dot);
  const names = [...sources.scenario.indexes, sources.scenario.defaultIndex].map((index) => index.name);
  const split = splitReference(name.slice(dot + 1), names);
  if (split === null) return null;
  const { index, rest } = split;
  switch (kind) {
    case "secret":
      return secretOf(sources, index, rest, "good")?.value ?? null;
    case "encoded": {
      const secret = secretOf(sources, index, rest, "good");
      return secret === null ? null : encodeURIComponent(secret.value);
    }
    case "stale":
      return secretOf(sources, index, rest, "stale")?.value ?? null;
    case "url":
      return rest === null
        ? sources.urlOf(index)
        : withUserinfo(sources.urlOf(index), encodeURIComponent(userOf(sources, index, rest).login ?? rest));
    case "login":
      return loginUrl(sources, index, rest, encodeURIComponent);
    case "raw-login":
      return loginUrl(sources, index, rest, (text) => text);
    case "file":
      return rest === null ? null : sources.fileUrlOf(index, rest);
    default:
      return null;
  }
}

function secretOf(sources: ValueSources, index: string, user: string | null, kind: Secret["kind"]): Secret | null {
  return (
    sources.secrets.find((secret) => secret.index === index && secret.kind === kind && (user === null || secret.user === user)) ?? null
  );
}

/** The index's address with user and secret, each written by `write`. */
function loginUrl(sources: ValueSources, index: string, user: string | null, write: (text: string) => string): string | null {
  const secret = secretOf(sources, index, user, "good");
  if (secret === null) return null;
  return withUserinfo(sources.urlOf(index), userinfoOf(loginOf(userOf(sources, index, secret.user), secret.value), write));
}

function userOf({ scenario }: ValueSources, index: string, user: string): User {
  return scenario.indexes.find(({ name }) => name === index)?.users.find(({ name }) => name === user) ?? { name: user, state: "good" };
}

function withUserinfo(url: string, userinfo: string): string {
  return url.replace("://", `://${userinfo}@`);
}

/** The places of a run that texts may name; `path` depends on the step and is added there. */
export function placeNames(scenario: Scenario, workspace: Workspace, python: PythonInfo): Record<string, string> {
  const { project, home, cache, ca, caFolder, clientCertificate, proxyCa } = workspace.seen;
  const certificates = { ca, "ca-folder": caFolder, "client-certificate": clientCertificate, "proxy-ca": proxyCa };
  return { project, home, cache, ...certificates, venv: join(project, scenario.venv.path), python: python.file };
}
