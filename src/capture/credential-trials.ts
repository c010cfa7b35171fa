import { pageToAsk } from "./asked.ts";
import { CREDENTIAL_PLACES, isCredentialFor, type Credential, type Tried } from "./infer/credentials.ts";
import { placeNames } from "./infer/places.ts";
import { indexUrls, type Material } from "./write/material.ts";

/** A credential that no request carried, and the page of its own host that it can be sent to. */
export interface Trial {
  readonly credential: Credential & { readonly user: string; readonly secret: string };
  /** Of the index. */
  readonly index: string;
  readonly url: string;
}

export interface TrialPlan {
  readonly trials: readonly Trial[];
  /** What is not tried, and why, for the reporter's eyes. */
  readonly left: readonly string[];
}

/** The credentials that were never sent, each with its own host; what has none, or no user beside it, is left. */
export function trialPlan(material: Material): TrialPlan {
  const { credentials, indexes } = material;
  const trials: Trial[] = [];
  const left: string[] = [];
  for (const credential of credentials) {
    const { user, secret, source, service, state } = credential;
    if (secret === null) continue;
    const told = `${CREDENTIAL_PLACES[source]} for ${service === "default" ? "any host" : service}${user === null ? "" : `, user ${user}`}`;
    const place = indexes.find(({ place: each }) => service !== "default" && isCredentialFor(credential, each.url))?.place;
    if (trials.some((each) => each.credential.secret === secret && each.credential.user === user && each.index === place?.url)) continue;
    if (state !== "never sent")
      left.push(`${told}: uv sent it, and ${state === "untold" ? "the answer tells nothing of it" : `it was ${state}`}`);
    else if (service === "default") left.push(`${told}: it has no host of its own`);
    else if (user === null) left.push(`${told}: no user name stands beside it`);
    else if (place === undefined) left.push(`${told}: no index of that host was asked`);
    else trials.push({ credential: { ...credential, user, secret }, index: place.url, url: pageToAsk(place, material) });
  }
  return { trials, left };
}

/** What is sent where, with what it may bring about: the question before it is done. */
export function trialWords({ credential: { source, user }, url }: Trial, way: string): string {
  const clear = url.startsWith("http:") ? ", unencrypted" : "";
  return `send the secret of user ${user} in ${CREDENTIAL_PLACES[source]} to ${new URL(url).host} (GET ${url}${way}${clear}); a refusal may count towards a lockout, or raise an alarm`;
}

/** What an answer tells where the same request without credentials was refused. */
export function outcomeOf(status: number): Tried["outcome"] {
  if (status >= 200 && status < 300) return "accepted";
  return status === 401 || status === 403 ? "refused" : "unknown";
}

/** The material with what the trials told: whoever was refused is refused wherever the same secret stands. */
export function withTried(material: Material, tried: readonly Tried[]): Material {
  const credentials = material.credentials.map((each) => {
    const found = tried.find(
      ({ credential }) => credential.secret === each.secret && credential.user === each.user && credential.service === each.service,
    );
    return found === undefined || found.outcome === "unknown" ? each : { ...each, state: found.outcome };
  });
  return { ...material, credentials, tried };
}

/** What trials told, under the scenario's names. */
export function triedFacts({ tried, indexes, renamer }: Pick<Material, "tried" | "indexes" | "renamer">): string[] {
  const placeOf = placeNames(indexUrls({ indexes }));
  return tried.map(
    ({ credential: { source, user }, index, status, outcome }) =>
      `tried: ${CREDENTIAL_PLACES[source]}, user ${renamer.name(user ?? "")}: ${outcome === "unknown" ? "not told good from bad" : outcome} by ${placeOf(index)} (${status})`,
  );
}
