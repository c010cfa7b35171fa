import type { Distribution } from "../scenario/distribution.ts";
import type { Fault, Index, Unreachable, UserState } from "../scenario/model.ts";
import { normaliseProject } from "../scenario/requirement.ts";
import type { Answer } from "./answer.ts";
import type { Presented } from "./authorization.ts";
import { type Caller, type Identifier, identify, type SecretTable } from "./caller.ts";
import { type FileStore } from "./catalogue.ts";
import { planFaults, type Purpose } from "./fault.ts";
import type { Place, Route, Behaviour } from "./flavour/flavour.ts";
import type { Content, RegistryRequest } from "./registry-request.ts";
import type { Links } from "./links.ts";
import type { Mount } from "./mount.ts";

/** One index at work: its flavour, its files, and the state of its users and faults in this run. */
export interface Registry {
  readonly index: Index;
  readonly mount: Mount;
  readonly behaviour: Behaviour;
  readonly fileStore: FileStore;
  identify(presented: Presented, place: Place): Caller;
  /** Counts this request for every fault that it matches; what strikes it, if anything does. */
  strike(purpose: Purpose, path: string): Fault | null;
  /** Why no request gets to its host now; `null`: they do. */
  unreachable(): Unreachable | null;
  stateOf(user: string): UserState | null;
  setState(user: string, state: UserState): void;
  revokeAll(): void;
  setFaults(faults: readonly Fault[]): void;
  /** What someone is told who may not; `null`: may. */
  refuse(caller: Caller, route: Route, place: Place): Answer | null;
  /** What someone is given who may. */
  content(request: RegistryRequest, caller: Caller): Answer | Promise<Answer>;
  /** URL of a file, as clients of this gateway reach it. */
  fileUrl(file: Distribution): string;
  /** An absolute URL under the scheme that the index believes it is reached by. */
  schemed(url: string): string;
}

export interface RegistryParts {
  readonly index: Index;
  readonly mount: Mount;
  readonly behaviour: Behaviour;
  readonly fileStore: FileStore;
  readonly links: Links;
  readonly content: Content;
  readonly secrets: SecretTable;
  /** The run's other registries, by index. */
  neighbour(index: string): Registry | null;
}

export function createRegistry({ index, mount, behaviour, fileStore, links, content, secrets, neighbour }: RegistryParts): Registry {
  const users = new Map(index.users.map((user) => [user.name, user]));
  const states = new Map(index.users.map((user) => [user.name, user.state]));
  let faults = planFaults(index.faults);
  const stateOf = (user: string): UserState | null => states.get(user) ?? null;
  const identifier: Identifier = {
    index: index.name,
    stateOf,
    stateElsewhere(secret) {
      const other = behaviour.oneInstallation ? neighbour(secret.index) : null;
      const isHere = other?.index.flavour === index.flavour && other.mount.origin.host === mount.origin.host;
      return isHere ? other.stateOf(secret.user) : null;
    },
    accepts: (sent, user) => behaviour.accepts(sent, users.get(user)?.login ?? user),
    secretPlace: (user) => users.get(user)?.secretPlace ?? "password",
    bearer: behaviour.bearer,
  };
  const holds = (name: string): boolean => fileStore.current().projects.has(normaliseProject(name));

  return {
    index,
    mount,
    behaviour,
    fileStore,
    identify(presented, place) {
      const caller = identify(presented, secrets, identifier);
      if (presented.kind !== "none") return caller;
      const { authState, account, secret } = identify(behaviour.inPath(place), secrets, identifier);
      return account === null ? caller : { ...caller, authState, account, secret };
    },
    strike: (purpose, path) => faults.strike(purpose, path),
    unreachable: () => faults.unreachable,
    stateOf,
    setState: (user, state) => void states.set(user, state),
    revokeAll() {
      for (const user of states.keys()) states.set(user, "revoked");
    },
    setFaults(next) {
      faults = planFaults(next);
    },
    refuse(caller, route, place) {
      const refusal = behaviour.gate(caller, route, place, holds);
      return refusal === null ? null : links.redirected(refusal);
    },
    content(request, caller) {
      const answer = content(request, caller);
      return answer instanceof Promise ? answer : links.redirected(answer);
    },
    fileUrl: (file) => links.fileUrl(file),
    schemed: (url) => links.schemed(url),
  };
}
