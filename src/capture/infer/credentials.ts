import { originOf } from "../look/address.ts";
import { variableFor } from "../look/variables.ts";
import type { UvLog, Source } from "../uv-log/model.ts";
import type { Looked, MisnamedVariable } from "../model.ts";
import { isOfCredentials, isServed } from "./flavour.ts";
import { placeNumbers, type IndexPlace } from "./places.ts";

/** A credential that some place holds for a host, with what the run told of it. */
export interface Credential {
  readonly source: "settings" | "netrc" | "store" | "misnamed";
  readonly user: string | null;
  readonly secret: string | null;
  /** Scheme, host and port; of netrc the host alone; `default` for netrc's default entry. */
  readonly service: string;
  /** The index whose setting has it, by its URL. */
  readonly index?: string;
  /** `untold`: it was sent, and what came of it tells nothing of it. */
  readonly state: "refused" | "accepted" | "never sent" | "untold";
}

export const CREDENTIAL_PLACES = {
  settings: "a URL or variables",
  netrc: "netrc",
  store: "uv's store",
  misnamed: "a variable",
} as const satisfies Record<Credential["source"], string>;

/** What came of a trial; `unknown`: the answer tells nothing of the credential. */
export interface Tried {
  readonly credential: Credential;
  readonly index: string;
  readonly status: number;
  readonly outcome: "accepted" | "refused" | "unknown";
}

/** Every credential that could be for one of these places, in the order in which uv would find them. */
export function credentialsFor(looked: Looked, log: UvLog, places: readonly IndexPlace[]): Credential[] {
  const settings = places.flatMap(({ settings }) => settings);
  const found: Omit<Credential, "state">[] = settings.flatMap((setting) => {
    const service = originOf(setting.url);
    const own =
      setting.user === null && setting.secret === null
        ? []
        : [{ source: "settings" as const, user: setting.user, secret: setting.secret, service }];
    return [...own, ...(setting.name === null ? [] : fromVariables(looked, setting.name, service))].map((each) => ({
      ...each,
      index: setting.url,
    }));
  });
  for (const { kind, service, user, secret } of looked.logins) {
    if (places.some(({ url }) => serves(kind, service, url))) found.push({ source: kind, user, secret, service });
  }
  const services = new Map(settings.flatMap(({ name, url }) => (name === null ? [] : [[name, originOf(url)] as const])));
  found.push(...fromMisnamed(looked, looked.misnamed, services));
  const numberOf = placeNumbers(places.map(({ url }) => url));
  return found.map((credential) => ({ ...credential, state: stateOf(credential, log, numberOf) }));
}

function fromVariables({ variables }: Looked, index: string, service: string): Omit<Credential, "state">[] {
  const [user, password] = (["USERNAME", "PASSWORD"] as const).map((what) =>
    variables.find(({ name }) => name === variableFor(index, what)),
  );
  if (user === undefined && password === undefined) return [];
  return [{ source: "settings", user: user?.value ?? null, secret: password?.secret ?? user?.secret ?? null, service }];
}

function fromMisnamed(
  { variables }: Looked,
  misnamed: readonly MisnamedVariable[],
  services: ReadonlyMap<string, string>,
): Omit<Credential, "state">[] {
  const valueOf = (index: string, ending: string): (typeof variables)[number] | undefined => {
    const named = misnamed.find((each) => each.index === index && each.rightName.endsWith(ending));
    return variables.find(({ name }) => name === named?.name);
  };
  return [...new Set(misnamed.map(({ index }) => index))].flatMap((index) => {
    const service = services.get(index);
    const [user, password] = [valueOf(index, "_USERNAME"), valueOf(index, "_PASSWORD")];
    // A value that is not known for a secret was shown as it is; only that of a user name is one.
    if (service === undefined || user === undefined) return [];
    return [{ source: "misnamed" as const, user: user.value, secret: password?.secret ?? null, service }];
  });
}

/** Whether a login is for a URL: netrc goes by the host, uv's store by scheme, host, port and the beginning of the path. */
export function serves(kind: "netrc" | "store", service: string, url: string): boolean {
  const { hostname } = new URL(url);
  if (kind === "netrc") return service === "default" || service === hostname;
  const full = /^https?:\/\//iu.test(service) ? service : `https://${service}`;
  return URL.canParse(full) && originOf(full) === originOf(url);
}

function stateOf(
  { source, user, service, index }: Omit<Credential, "state">,
  { chains }: UvLog,
  numberOf: (url: string) => number,
): Credential["state"] {
  if (source === "misnamed") return "never sent";
  const sources: readonly (Source | null)[] = source === "settings" ? ["settings", "another request"] : [source, "another request", null];
  const sent = chains.filter(
    (chain) =>
      chain.sent === "credentials" &&
      sources.includes(chain.source) &&
      (chain.user === null || chain.user === user) &&
      // Of what a setting brought, no user is told: it is the one of its own index.
      (chain.source !== "settings" || index === undefined || numberOf(chain.url) === numberOf(index)) &&
      isCredentialFor({ source, service }, chain.redirects.at(-1) ?? chain.url),
  );
  if (sent.some(({ ended }) => isServed(ended))) return "accepted";
  if (sent.some(({ ended }) => isOfCredentials(ended))) return "refused";
  return sent.length > 0 ? "untold" : "never sent";
}

/** Whether a credential is for a URL: a login as its kind goes by it, a setting's by scheme, host and port. */
export function isCredentialFor({ source, service }: Pick<Credential, "source" | "service">, url: string): boolean {
  return source === "netrc" || source === "store" ? serves(source, service, url) : service === originOf(url);
}
