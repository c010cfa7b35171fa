import { FLAVOUR_TRAITS } from "../../scenario/flavour.ts";
import type { Flavour } from "../../scenario/model.ts";
import type { Chain } from "../listen/model.ts";

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
    const found = chains.find((chain) => chain.sent === what && typeof chain.ended === "number" && chain.ended >= 400)?.ended;
    return typeof found === "number" ? found : null;
  };
  return { none: none !== undefined && none >= 400 ? none : null, user: ended("user"), wrong: ended("credentials") };
}

/**
 * The flavour by the path of the URL; else a pypiserver, where wrong credentials were answered as only that one does; else a
 * plain index.
 */
export function flavourOf(url: string, { user, wrong }: Answers): Flavour {
  const { pathname, hostname } = new URL(url);
  const told = BY_PATH.find(([, form]) => form.test(pathname))?.[0];
  if (told !== undefined) return told;
  if (hostname.endsWith("-python.pkg.dev")) return "google-artifact-registry";
  return wrong === 403 || user === 403 ? "pypiserver" : "simple";
}
