import type { Secret } from "../observation/secret.ts";
import type { Distribution } from "../scenario/distribution.ts";
import type { Change, Index, UserState } from "../scenario/model.ts";
import { loginOf } from "../scenario/login.ts";
import { type Addressing, createAddressing } from "./addressing.ts";
import { secretTable } from "./caller.ts";
import { createDirectory, type Directory } from "./registry-directory.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import type { Journal } from "./journal.ts";
import { openRegistry } from "./open-registry.ts";
import type { Registry } from "./registry.ts";
import type { Source } from "./source.ts";

interface AssemblyOptions {
  readonly mode: "proxy" | "loopback";
  readonly indexes: readonly Index[];
  readonly defaultIndex: Index;
  /** By index name, `default` included. */
  readonly source: ReadonlyMap<string, Source>;
  /** Good and stale ones of every user. */
  readonly secrets: readonly Secret[];
  readonly journal: Journal;
  wait(ms: number): Promise<void>;
  isDown(): boolean;
  trouble(detail: string): void;
}

/** Every index of a run, and what decides on requests to them: a gateway but for its sockets. */
export interface Assembly {
  readonly addressing: Addressing;
  readonly registries: ReadonlyMap<string, Registry>;
  readonly directory: Directory;
  readonly exchange: Exchange;
  /** Throws where no index has the name. */
  known(name: string): Registry;
  apply(change: Change): void;
  /** URL of the first file of an index that is wanted; `null`: there is none. */
  fileUrl(index: string, wanted: (file: Distribution) => boolean): string | null;
}

export function assemble(options: AssemblyOptions): Assembly {
  const { mode, indexes, defaultIndex, secrets, journal, trouble } = options;
  const addressing = createAddressing(mode);
  const table = secretTable(secrets);
  const registries = new Map<string, Registry>();
  const neighbour = (name: string): Registry | null => registries.get(name) ?? null;
  for (const index of [...indexes, defaultIndex]) {
    const source: Source = options.source.get(index.name) ?? { kind: "files", list: () => [] };
    const isDefault = index === defaultIndex;
    registries.set(index.name, openRegistry({ index, isDefault, source, secrets: table, addressing, neighbour }));
  }
  const directory = createDirectory(
    indexes.map((index) => known(index.name)),
    known(defaultIndex.name),
  );
  const exchange = createExchange({
    directory,
    journal,
    secrets: table,
    redirectTargets: {
      urlOf: (name) => (registries.has(name) ? addressing.urlOf(known(name).mount) : null),
      fileUrl: (name, filename) => fileUrl(name, (file) => file.filename === filename),
      loginOf(index, name) {
        const secret = secrets.find((each) => each.index === index && each.user === name && each.kind === "good");
        const user = registries.get(index)?.index.users.find((each) => each.name === name) ?? { name, state: "good" };
        return secret === undefined ? null : loginOf(user, secret.value);
      },
    },
    wait: (ms) => options.wait(ms),
    isDown: () => options.isDown(),
    trouble,
  });
  return { addressing, registries, directory, exchange, known, apply, fileUrl };

  function known(name: string): Registry {
    const registry = registries.get(name);
    if (registry === undefined) throw new Error(`no index is named ${name}`);
    return registry;
  }

  function apply(change: Change): void {
    const registry = known(change.index);
    switch (change.kind) {
      case "user-state":
        return setUserState(change.index, change.user, change.state);
      case "yank":
        return registry.fileStore.yank(change.package, change.version);
      case "faults":
        return registry.setFaults(change.faults);
      case "publish":
        // The run adds it to the source, which is read on every request.
        return;
    }
  }

  /** A token that runs out or is taken back does so at every index that shares it; what its user may read is each index's own. */
  function setUserState(index: string, user: string, state: UserState): void {
    const value = secrets.find((secret) => secret.index === index && secret.user === user && secret.kind === "good")?.value;
    const isGone = (now: UserState | null): boolean => now === "expired" || now === "revoked";
    for (const holder of secrets.filter((secret) => secret.value === value)) {
      const registry = known(holder.index);
      const isOwn = holder.index === index;
      if (isOwn || isGone(state) || isGone(registry.stateOf(holder.user))) registry.setState(holder.user, state);
    }
    known(index).setState(user, state);
  }

  function fileUrl(index: string, wanted: (file: Distribution) => boolean): string | null {
    const registry = registries.get(index);
    const file = registry === undefined ? undefined : [...registry.fileStore.current().files.values()].find(wanted);
    if (registry === undefined || file === undefined) return null;
    return registry.fileUrl(file);
  }
}
