import { FLAVOUR_TRAITS, type FlavourTraits } from "../../scenario/flavour.ts";
import type { Flavour } from "../../scenario/model.ts";
import { realmOf } from "./challenge.ts";
import type { Chain } from "../uv-log/model.ts";

/** Flavours that a URL's path tells, the more special first. */
const BY_PATH: readonly (readonly [Flavour, RegExp])[] = [
  ["gitlab", FLAVOUR_TRAITS.gitlab.form],
  ["azure-devops", FLAVOUR_TRAITS["azure-devops"].form],
  ["gitea", FLAVOUR_TRAITS.gitea.form],
  ["artifactory", /\/api\/pypi\/[^/]+\/simple\/?$/],
  ["nexus", /\/repository\/[^/]+\/simple\/?$/],
  ["devpi", /\/\+simple\/?$/],
  ["codeartifact", FLAVOUR_TRAITS.codeartifact.form],
  ["cloudsmith", /^\/[^/]+\/[^/]+\/[^/]+\/python\/simple\/?$/],
];

/** Flavours whose challenge names them. */
const BY_REALM: readonly (readonly [Flavour, RegExp])[] = [
  ["gitlab", /^GitLab Packages/],
  ["gitea", /^Gitea Package/],
  ["nexus", /^Sonatype Nexus/],
  ["artifactory", /^Artifactory Realm$/],
  ["google-artifact-registry", /^Artifact Registry$/],
];

/** What an index answered, by what was sent. */
export interface Answers {
  readonly none: number | null;
  readonly user: number | null;
  readonly wrong: number | null;
}

export function answersIn(chains: readonly Chain[]): Answers {
  const none = chains.find(
    ({ sent, statuses, brought }) => brought === "nothing" && statuses.length > 0 && (sent === "none" || statuses.length > 1),
  )?.statuses[0];
  const ended = (what: Chain["sent"]): number | null => {
    const found = chains.find((chain) => chain.sent === what && isOfCredentials(chain.ended))?.ended;
    return typeof found === "number" ? found : null;
  };
  // Who was let in elsewhere at the index has the right secret.
  const isKnown = chains.some(({ sent, ended: how }) => sent === "credentials" && isServed(how));
  return { none: none !== undefined && none >= 400 ? none : null, user: ended("user"), wrong: isKnown ? null : ended("credentials") };
}

/** Whether whoever asked got it. */
export function isServed(ended: Chain["ended"]): boolean {
  return typeof ended === "number" && ended < 400;
}

/** Whether a status tells of who asks: what is not there, and an index that is out of order, tell nothing. */
export function isOfCredentials(status: Chain["ended"]): boolean {
  return status === 400 || status === 401 || status === 403;
}

/**
 * The flavour by the path of the URL, where the answers are that one's, else by the challenge, where the index was asked for it; else a pypiserver, where wrong
 * credentials were answered as only that one does, and a plain index, where they were answered otherwise; `null`: nothing tells it.
 */
export function flavourOf(url: string, { user, wrong }: Answers, challenge: string | null): Flavour | null {
  const { pathname, hostname } = new URL(url);
  const told = BY_PATH.find(([, form]) => form.test(pathname))?.[0];
  // What stands behind such a path may be another kind of registry: these refuse a wrong secret with 401.
  if (told !== undefined) return wrong === null || wrong === 401 ? told : "simple";
  if (hostname.endsWith("-python.pkg.dev")) return "google-artifact-registry";
  const realm = realmOf(challenge);
  const named = BY_REALM.find(([flavour, pattern]) => pattern.test(realm ?? "") && (formOf(flavour)?.test(pathname) ?? true))?.[0];
  if (named !== undefined) return named;
  if (realm !== null) return realm === "pypi" && wrong !== 401 ? "pypiserver" : "simple";
  if (wrong === 403 || user === 403) return "pypiserver";
  return wrong === null && user === null ? null : "simple";
}

function formOf(flavour: Flavour): RegExp | undefined {
  const traits: FlavourTraits = FLAVOUR_TRAITS[flavour];
  return traits.form;
}
