import type { RequestRecord } from "../observation/model.ts";
import type { Secret } from "../observation/secret.ts";
import type { Distribution } from "../scenario/distribution.ts";
import type { Change, Index, UserState } from "../scenario/model.ts";
import { normaliseProject } from "../scenario/requirement.ts";
import { createAddressing } from "./addressing.ts";
import { secretTable } from "./caller.ts";
import type { Authority } from "./authority.ts";
import { createDirectory } from "./directory.ts";
import { createExchange } from "./exchange.ts";
import { createJournal } from "./journal.ts";
import { createNames } from "./names.ts";
import type { NetworkSockets } from "./network.ts";
import { openRegistry } from "./open.ts";
import { type ConnectionOrigin, createRefusals } from "./refusals.ts";
import type { Registry } from "./registry.ts";
import { startServer } from "./server.ts";
import type { Source } from "./source.ts";
import { originOf } from "./target.ts";
import type { TunnelOptions } from "./tunnel.ts";

export type { Source } from "./source.ts";

export interface GatewayOptions {
  /** `loopback`: each index at `http://127.0.0.1:PORT/NAME/…`, without a proxy; the default index too. */
  readonly mode: "proxy" | "loopback";
  /** In proxy mode: the network of a sandbox, in which hosts are asked as they are; nothing is a proxy then. */
  readonly network?: NetworkSockets | null;
  readonly indexes: readonly Index[];
  readonly defaultIndex: Index;
  /** By index name, `default` included. */
  readonly source: ReadonlyMap<string, Source>;
  /** Good and stale ones of every user. */
  readonly secrets: readonly Secret[];
  /** Signs for the https hosts. Default: one of this gateway's own. */
  authority?(): Promise<Authority>;
  /** The journal's clock, milliseconds. */
  now(): number;
  /** Faults of our own. */
  trouble(detail: string): void;
}

export interface Gateway extends AsyncDisposable {
  /** `null` in loopback mode, and in a network. */
  readonly proxyUrl: string | null;
  /** CA to be trusted, PEM; empty in loopback mode. */
  readonly caPem: string;
  /** What `{{url.X}}` becomes. */
  urlOf(index: string): string;
  /** URL of a project's file: the first wheel listed, else the first file. */
  fileUrlOf(index: string, project: string): string;
  /** `trusted`: clients are given our authority in this step; they are unless said. */
  beginStep(step: number, trusted?: boolean): void;
  apply(change: Change): void;
  /** In the order in which the answers began; `final` is false throughout. */
  requests(): readonly RequestRecord[];
  onRequest(listener: (record: RequestRecord) => void): void;
  /** `down`: from now on, connections to declared indexes are dropped. */
  sabotage(kind: "down"): void;
}

/** Starts what stands in for every index of a run. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { mode, indexes, defaultIndex, secrets, trouble, network = null } = options;
  const addressing = createAddressing(mode);
  const table = secretTable(secrets);
  const registries = new Map<string, Registry>();
  const neighbour = (name: string): Registry | null => registries.get(name) ?? null;
  for (const index of [...indexes, defaultIndex]) {
    const source: Source = options.source.get(index.name) ?? { kind: "files", list: () => [] };
    const isDefault = index === defaultIndex;
    registries.set(index.name, openRegistry({ index, isDefault, source, secrets: table, addressing, neighbour }));
  }
  const fallback = known(defaultIndex.name);
  const directory = createDirectory(
    indexes.map((index) => known(index.name)),
    fallback,
  );
  const journal = createJournal(secrets, () => options.now());
  const closing = new AbortController();
  let down = false;
  let isTrusted = true;
  const certificateOf = (origin: ConnectionOrigin) =>
    indexesAt(origin).find((index) => index.certificate !== "good")?.certificate ?? "good";
  const refusals = createRefusals({
    directory,
    journal,
    secrets: table,
    isDistrusted: (origin) => !isTrusted || certificateOf(origin) !== "good",
  });

  const exchange = createExchange({
    directory,
    journal,
    secrets: table,
    redirectTargets: {
      urlOf: (name) => (registries.has(name) ? addressing.urlOf(known(name).mount) : null),
      fileUrl: (name, filename) => fileUrl(name, (file) => file.filename === filename),
      secretOf: (index, user) => secrets.find((each) => each.index === index && each.user === user && each.kind === "good")?.value ?? null,
    },
    wait: (ms) => wait(ms, closing.signal),
    isDown: () => down,
    trouble,
  });

  const authority = mode === "proxy" ? await (options.authority ?? ownAuthority)() : null;
  const server = await startServer({
    exchange,
    refusals,
    tunnels: authority === null ? null : tunnelOptions(authority),
    direct: (path) => addressing.direct(path, registries),
    network:
      network === null ? null : { sockets: network, names: createNames(() => undefined), declares: (host) => directory.declares(host) },
    trouble,
  });
  addressing.at(server.address);

  return {
    proxyUrl: mode === "proxy" && network === null ? server.address : null,
    caPem: authority?.caPem ?? "",
    urlOf: (index) => addressing.urlOf(known(index).mount),
    fileUrlOf(index, project) {
      const name = normaliseProject(project);
      const ofProject = (file: Distribution): boolean => file.project === name;
      const url = fileUrl(index, (file) => ofProject(file) && file.filename.endsWith(".whl")) ?? fileUrl(index, ofProject);
      if (url === null) throw new Error(`${index} has no file of ${project}`);
      return url;
    },
    beginStep(step, trusted = true) {
      journal.step = step;
      isTrusted = trusted;
    },
    apply,
    requests: () => journal.records(),
    onRequest: (listener) => journal.subscribe(listener),
    sabotage() {
      down = true;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await server[Symbol.asyncDispose]();
    },
  };

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

  function indexesAt({ host, port }: ConnectionOrigin): readonly Index[] {
    const here = directory.indexesAt(originOf({ scheme: "https", host, port }));
    return indexes.filter((index) => here.has(index.name));
  }

  function tunnelOptions(ca: Authority): TunnelOptions {
    return {
      leafFor: (host, port) => ca.leafFor(host, certificateOf({ host, port })),
      protocolsFor(host, port) {
        const here = indexesAt({ host, port });
        const old = (here.length === 0 ? [defaultIndex] : here).some((index) => index.http === "1.1");
        return old ? ["http/1.1"] : ["h2", "http/1.1"];
      },
      refuses: (host) => down && directory.declares(host),
      refusals,
      trouble,
    };
  }
}

/** Resolves after a time, or at once when the gateway closes: nothing is left to hold the process. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}

async function ownAuthority(): Promise<Authority> {
  return (await import("./certificate.ts")).createAuthority();
}
