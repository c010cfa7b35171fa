import { plain } from "./answer.ts";
import { type Behaviour, type Facts, gateBy, ORDINARY } from "./flavour/flavour.ts";
import { under } from "./flavour/path.ts";
import type { Mount } from "./mount.ts";
import type { Content } from "./registry-request.ts";
import type { GitRequest } from "./source.ts";
import { pathOf } from "./target.ts";

/** Basic authentication in front of repositories, as GitHub and GitLab have it: who may not know of one is told 404. */
export function openGit({ index }: Facts): Behaviour {
  const challenge = plain(401, "HTTP Basic: Access denied\n", { "www-authenticate": 'Basic realm="git"' });
  const gate = gateBy(index, {
    anonymous: challenge,
    unknown: challenge,
    expired: challenge,
    revoked: challenge,
    good: null,
    guest: plain(403, "You are not allowed to download code from this project.\n"),
    "no-access": plain(404, "The project you were looking for could not be found.\n"),
  });
  return {
    ...ORDINARY,
    // Any name goes with a token; only the secret counts.
    accepts: () => true,
    oneInstallation: true,
    route: () => ({ kind: "nothing" }),
    gate,
    href: ({ filename }) => filename,
    missing: () => plain(404, "404 Not Found\n"),
  };
}

/** What a git server answers below a mount. */
export function gitContent(mount: Mount, serve: (request: GitRequest) => ReturnType<Content>): Content {
  return ({ method, target, header, body }, caller) => {
    const path = under(pathOf(target), mount.path);
    if (path === null) return plain(404, "404 Not Found\n");
    const query = target.path.slice(pathOf(target).length + 1);
    return serve({ method, path, query, user: caller.account, header, body });
  };
}
