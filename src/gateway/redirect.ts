import { type Login, userinfoOf } from "../scenario/login.ts";
import type { Redirect } from "../scenario/model.ts";
import { type Answer, redirection } from "./answer.ts";
import type { Presented } from "./authorization.ts";
import { concerns, type Purpose } from "./fault.ts";
import type { Route } from "./flavour/flavour.ts";
import { lastSegment, under } from "./flavour/path.ts";
import type { Registry } from "./registry.ts";
import { normalisePath, pathOf, type Target } from "./target.ts";

/** What redirects need to know of the other indexes. */
export interface RedirectTargets {
  /** URL of an index as clients write it; `null` if no index has this name. */
  urlOf(index: string): string | null;
  /** URL of a file at an index, by file name; `null` where it is not there. */
  fileUrl(index: string, filename: string): string | null;
  /** What a URL says of a user at an index: a name and the present secret, or the secret in the user's place. */
  loginOf(index: string, user: string): Login | null;
}

/** The answer of a redirect that the scenario declares for this route; `null`: none is meant. */
export function redirectAnswer(
  from: Registry,
  route: Route,
  purpose: Purpose,
  target: Target,
  presented: Presented,
  redirectTargets: RedirectTargets,
): Answer | null {
  const redirect = from.index.redirects.find((each) => concerns(each.for, purpose));
  if (redirect === undefined) return null;
  const bare = destination(redirect, from, route, target, redirectTargets);
  const login = loginFor(redirect, from, presented, redirectTargets);
  return redirection(redirect.status, from.schemed(login === null ? bare : withLogin(bare, login)));
}

/** A file is sent to where the other index keeps it; anything else to the same path below the other prefix. */
function destination(redirect: Redirect, from: Registry, route: Route, target: Target, redirectTargets: RedirectTargets): string {
  const base = redirectTargets.urlOf(redirect.to);
  if (base !== null && route.kind === "file") {
    const url = redirectTargets.fileUrl(redirect.to, route.filename);
    if (url !== null) return route.metadata ? `${url}.metadata` : url;
  }
  const prefix = base ?? redirect.to;
  return `${prefix.endsWith("/") ? prefix : `${prefix}/`}${relativePath(from, route, target)}`;
}

function relativePath(from: Registry, route: Route, target: Target): string {
  const path = pathOf(target);
  const below = under(normalisePath(path), from.mount.path);
  if (below !== null) return below;
  const file = route.kind === "file" ? from.fileStore.current().files.get(route.filename) : undefined;
  return file === undefined ? lastSegment(path) : `${file.project}/${lastSegment(path)}`;
}

function loginFor({ to, credentials }: Redirect, from: Registry, presented: Presented, redirectTargets: RedirectTargets): Login | null {
  if (credentials === "none") return null;
  if (credentials === "kept") return presented.kind === "basic" ? presented : null;
  const { user } = credentials;
  return redirectTargets.loginOf(to, user) ?? redirectTargets.loginOf(from.index.name, user);
}

function withLogin(url: string, login: Login): string {
  return url.replace(/^(\w+:\/\/)/, (scheme) => `${scheme}${userinfoOf(login)}@`);
}
