import type { Flavour } from "../../scenario/model.ts";
import { addressOf, originOf } from "../look/address.ts";
import type { UvLog } from "../uv-log/model.ts";
import type { AskedAnswer, IndexSetting, Looked } from "../model.ts";
import type { Renamer } from "../names/rename.ts";
import type { Recorded } from "../record/recorded.ts";
import { credentialsFor, isCredentialFor, serves, type Credential, type Tried } from "../infer/credentials.ts";
import { placesOf, type IndexPlace } from "../infer/places.ts";

/** What a scenario is written from. */
export interface Material {
  readonly looked: Looked;
  readonly log: UvLog;
  readonly renamer: Renamer;
  readonly places: readonly IndexPlace[];
  /** The places that get an index of the scenario, with its name. */
  readonly indexes: readonly { readonly name: string; readonly place: IndexPlace }[];
  readonly credentials: readonly Credential[];
  /** What indexes answered to requests of ours. */
  readonly asked: readonly AskedAnswer[];
  /** What a gateway saw of indexes. */
  readonly recorded: readonly Recorded[];
  /** Taken for indexes whose flavour nothing tells, by the URL of the index. */
  readonly flavours: ReadonlyMap<string, Flavour>;
  /** URLs of indexes that are taken to hide what they have from whoever they do not know. */
  readonly hiding: ReadonlySet<string>;
  /** Credentials of the reporter's that were sent by us. */
  readonly tried: readonly Tried[];
}

/** The user that stands for a token without a name. */
export const TOKEN_USER = "token";
/** A user of an index of which no credential is known. */
export const SOMEBODY = "member";
/** Stands where a secret is for no index of the scenario. */
const FOREIGN = "no-such-secret";

export function materialOf(looked: Looked, log: UvLog, renamer: Renamer, more: readonly IndexSetting[] = []): Material {
  const places = placesOf(looked, log, more);
  const names = new Set<string>();
  const indexes = places
    .filter(({ asked }) => asked)
    .map((place, at) => {
      const given = place.settings.find(({ name }) => name !== null)?.name ?? null;
      const wanted = given === null ? `index${at + 1}` : renamer.name(given);
      const name = names.has(wanted) || wanted === "default" ? `${wanted}${at + 1}` : wanted;
      names.add(name);
      return { name, place };
    });
  return {
    looked,
    log,
    renamer,
    places,
    indexes,
    credentials: credentialsFor(looked, log, places),
    asked: [],
    recorded: [],
    flavours: new Map(),
    hiding: new Set(),
    tried: [],
  };
}

/** URLs of the scenario's indexes in the original, in the order by whose numbers places are named. */
export function indexUrls({ indexes }: Pick<Material, "indexes">): string[] {
  return indexes.map(({ place }) => place.url);
}

/** The index of the scenario that answers at a service: a URL's host, or a host alone. */
export function indexAt({ indexes }: Material, service: string): string | null {
  const isUrl = /^https?:\/\//iu.test(service);
  const at = indexes.find(({ place }) => (isUrl ? originOf(place.url) === originOf(service) : serves("netrc", service, place.url)));
  return at?.name ?? null;
}

/** The placeholder of a secret at a service; what was refused there is stale. */
export function secretText(material: Material, service: string, user: string | null, secret: string): string {
  const index = indexAt(material, service);
  if (index === null) return FOREIGN;
  const refused = material.credentials.some((each) => each.secret === secret && each.state === "refused");
  return `{{${refused ? "stale" : "secret"}.${index}.${user === null ? TOKEN_USER : material.renamer.name(user)}}}`;
}

/** A URL of the original as the scenario has it: its names replaced, its credentials by placeholders. */
export function urlText(material: Material, text: string): string {
  const address = addressOf(text);
  if (address === null) return material.renamer.text(text);
  const { url, user, secret } = address;
  const renamed = material.renamer.url(url);
  if (user === null && secret === null) return renamed;
  const filled = secret === null ? null : secretText(material, url, user, secret);
  const name = user === null ? "" : encodeURIComponent(material.renamer.name(user));
  const userinfo = filled === null ? name : user === null ? filled : `${name}:${filled}`;
  return renamed.replace("://", `://${userinfo}@`);
}

/** The users of an index: whoever has a secret for its host, or is named for a keyring to know. */
export function usersAt(material: Material, place: IndexPlace): (string | { readonly name: string; readonly "secret-in": "user" })[] {
  const { credentials, renamer, looked } = material;
  const here = credentials.filter((credential) => isCredentialFor(credential, place.url));
  const asks = looked.keyringProvider?.value === "subprocess" && looked.keyrings.length > 0;
  const own = new Set(place.settings.flatMap(({ user }) => user ?? []));
  const named = here.filter(({ user, secret }) => secret !== null || (asks && user !== null && own.has(user)));
  const users = [...new Set(named.map(({ user }) => (user === null ? null : renamer.name(user))))];
  return users.map((name) => name ?? { name: TOKEN_USER, "secret-in": "user" });
}

/** A login that is good for every index of the scenario, for steps that lead up to the one that fails. */
export function goodNetrc(material: Material): { readonly env: Record<string, string>; readonly write: Record<string, string> } {
  const lines = material.indexes.map(({ name, place }) => {
    const user = userFor(material, place);
    const machine = material.renamer.host(new URL(place.url).hostname);
    return `machine ${machine} login ${user} password {{secret.${name}.${user}}}\n`;
  });
  return { env: { NETRC: "{{project}}/netrc-before" }, write: { "netrc-before": lines.join("") } };
}

/** Some user of an index whose secret is good. */
export function userFor(material: Material, place: IndexPlace): string {
  const [first] = usersAt(material, place);
  return first === undefined ? SOMEBODY : typeof first === "string" ? first : first.name;
}
