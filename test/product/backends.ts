import { basename } from "node:path";
import { afterAll, expect, it } from "vitest";
import { explainRun, loadScenarios, openHarness, runScenario } from "../../src/index.ts";
import { dockerMissing } from "../docker.ts";
import { chooseCover } from "./cover.ts";
import { WHOLE } from "./extent.ts";
import { featuresOf, isSource } from "./features.ts";
import { partOf } from "./part.ts";

const GITLAB_401 = "is about GitLab's 401 for a wrong password; pypiserver answers 403, which uv takes differently";
const ANY_401 = "has 401 for a wrong or empty password among its conditions; pypiserver answers 403";
const NAMES = "is about GitLab taking any name beside a token; pypiserver knows its users by name";
const LINKS = "is about links that do not lie below the index's URL; pypiserver's do";
const FILES = "has files at an address of its own, which pypiserver does not know";
const NOT_ON_PYPISERVER: Readonly<Record<string, string>> = {
  "explore-16402.toml": FILES,
  "file-listed-and-blocked.toml": "is about a file that is listed and refused; pypiserver serves what it lists",
  "gitlab-group-expired-token.toml": GITLAB_401,
  "gitlab-group-revoked-token.toml": GITLAB_401,
  "gitlab-group-wrong-token.toml": GITLAB_401,
  "https-fails-http-works-login.toml": ANY_401,
  "https-fails-http-works-netrc.toml": ANY_401,
  "keyring-asks-on-terminal.toml": ANY_401,
  "keyring-fails-with-message.toml": ANY_401,
  "links-as-http.toml": "is about links that say http; pypiserver's have no scheme",
  "login-good-host-stale-path.toml": GITLAB_401,
  "login-host-lock-numeric-id.toml": LINKS,
  "login-index-url-lock-feed-guid.toml": LINKS,
  "login-index-url-lock-group-path.toml": LINKS,
  "login-index-url-lock-group-project-files.toml": LINKS,
  "login-index-url-lock-numeric-id.toml": LINKS,
  "login-index-url-page-cached.toml": LINKS,
  "login-index-url-page-expired.toml": LINKS,
  "login-logout-leaves-other-user.toml": GITLAB_401,
  "login-token-name.toml": NAMES,
  "login-two-users.toml": GITLAB_401,
  "login-user-name.toml": NAMES,
  "member-index-user-name-alone.toml": GITLAB_401,
  "order-stale-environment-good-login.toml": ANY_401,
  "order-stale-environment-good-netrc.toml": ANY_401,
  "order-stale-login-good-keyring.toml": ANY_401,
  "order-stale-netrc-default-good-login.toml": ANY_401,
  "order-stale-netrc-entry-good-default.toml": ANY_401,
  "order-stale-netrc-good-login.toml": ANY_401,
  "order-stale-url-good-environment.toml": ANY_401,
  "order-stale-url-good-netrc.toml": ANY_401,
  "native-auth-keychain-index-url.toml": "is about a keychain, which no run has",
  "windows-login-gitlab-group.toml": "is about Windows, which no run has",
  "gitlab-two-projects-one-host.toml": "is about how another registry answers",
  "google-two-keys-one-host.toml": "is about how another registry answers",
  "devpi-login-page-for-wheel.toml": "is about how another registry answers",
  "keyring-creds-lock-numeric-id.toml": LINKS,
  "codeartifact-json-as-password.toml": "is about how another registry answers",
  "devpi-new-without-simple.toml": "is about how another registry answers",
  "devpi-without-simple.toml": "is about how another registry answers",
  "exclude-newer-no-upload-time.toml": "is about how another registry answers",
  "gemfury-md5-hashes.toml": "is about how another registry answers",
  "lock-wheel-without-hash.toml": "is about how another registry answers",
  "nexus-group-empty-page.toml": "is about how another registry answers",
  "publish-check-url-without-credentials.toml": "is about how another registry answers",
  "publish-trusted-without-permission.toml": "is about how another registry answers",
  "publish-to-devpi-simple.toml": "is about how another registry answers",
  "password-with-hash-in-url.toml": "is about how another registry answers",
  "secret-in-export.toml": "is about an option that the release used here does not have",
  "secret-in-lock-from-url-dependency.toml": FILES,
  "sync-table-host-login.toml": LINKS,
  "sync-table-index-url-login.toml": LINKS,
  "url-dependency-in-extra.toml": FILES,
  "url-dependency-other-password.toml": FILES,
  "url-dependency-user-name-alone.toml": FILES,
  "url-source-user-name-alone.toml": FILES,
  "token-as-user-name.toml": "is about a token in the user's place; pypiserver asks for a user and a password",
  "exclude-newer-relative-lock-date.toml": "is about upload times; pypiserver tells none",
  "token-renewed-files-fetched-again.toml": "has two secrets under one name; pypiserver knows one password of a user",
  "token-renewed-same-name.toml": "has two secrets under one name; pypiserver knows one password of a user",
  "uv-index-other-token.toml": GITLAB_401,
  "uv-index-own-variables.toml": GITLAB_401,
  "uv-index-revoked-token.toml": GITLAB_401,
  "uv-index-unknown-token.toml": GITLAB_401,
  "uv-index-user-name-alone.toml": GITLAB_401,
};

/**
 * A real pypiserver in place of our own index changes nothing about a verdict, where the scenario makes sense there.
 * In a choice, it meets every flavour, credential source and command that such a scenario has, and every source in a container.
 */
export async function testBackends(file: string): Promise<void> {
  const shipped = await loadScenarios(["scenarios"]);
  const scenarios = shipped.filter((loaded) => NOT_ON_PYPISERVER[basename(loaded.file)] === undefined);
  const every = scenarios.flatMap((scenario) =>
    (["pypiserver", "pypiserver-container"] as const).map((backend) => ({
      name: `${backend}: ${scenario.file}`,
      covers:
        backend === "pypiserver"
          ? featuresOf(scenario)
          : featuresOf(scenario).flatMap((feature) => (isSource(feature) ? [`${backend} × ${feature}`] : [])),
      file: scenario.file,
      backend,
      scenario,
    })),
  );
  const cells = WHOLE ? every : chooseCover([every]);
  const harness = await openHarness();
  afterAll(() => harness[Symbol.asyncDispose]());
  const release = await harness.release("0.9.5");

  it.concurrent.for(partOf(cells, file))("$backend: $file comes to the claimed verdict", async ({ scenario, backend }, context) => {
    if (backend === "pypiserver-container" && dockerMissing !== null) context.skip(dockerMissing);
    const result = await runScenario(harness, scenario, release, { backend });
    expect(result.claim === "held" ? "held" : explainRun(result)).toBe("held");
    expect(result.observation.requests.some(({ index }) => index !== null)).toBe(true);
    expect(result.observation.trouble).toEqual([]);
  });

  it("every exception is a shipped scenario", () => {
    const names = new Set(shipped.map((loaded) => basename(loaded.file)));
    expect(Object.keys(NOT_ON_PYPISERVER).filter((name) => !names.has(name))).toEqual([]);
  });
}
