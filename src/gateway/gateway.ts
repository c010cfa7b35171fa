import type { NameRecord, RequestRecord } from "../observation/model.ts";
import type { Secret } from "../observation/secret.ts";
import type { Distribution } from "../scenario/distribution.ts";
import type { Change, Index, Unreachable } from "../scenario/model.ts";
import { normaliseProject } from "../scenario/requirement.ts";
import { assemble } from "./assemble.ts";
import type { Authority } from "./authority.ts";
import { createBudget } from "./resource-budget.ts";
import { secretTable } from "./caller.ts";
import { type CompanyProxy, createCompanyProxy } from "./company-proxy.ts";
import { createJournal } from "./journal.ts";
import { createNameJournal, typeName } from "./name-journal.ts";
import { createDnsNames } from "./dns-names.ts";
import type { NetworkSockets } from "./network.ts";
import { type ConnectionOrigin, createRefusals } from "./refusals.ts";
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
  /** Certificate and key, PEM, that a client shows to an index that asks for one; `null`: none does. */
  readonly clientPem: string | null;
  /** CA of a proxy that opens what passes, PEM; `null`: there is none. */
  readonly proxyCaPem: string | null;
  /** What `{{url.X}}` becomes. */
  urlOf(index: string): string;
  /** URL of a project's file: the first wheel listed, else the first file. */
  fileUrlOf(index: string, project: string): string;
  /** `trusted`: clients are given our authority in this step; they are unless said. */
  beginStep(step: number, trusted?: boolean): void;
  /** Resolves once all is in the journal that a step's processes brought; they have ended. */
  endStep(): Promise<void>;
  apply(change: Change): void;
  /** In the order in which the answers began; `final` is false throughout. */
  requests(): readonly RequestRecord[];
  onRequest(listener: (record: RequestRecord) => void): void;
  /** What was asked of the network's names; empty where there is no network. */
  names(): readonly NameRecord[];
  /** `down`: from now on, connections to declared indexes are dropped. */
  sabotage(kind: "down"): void;
}

/** Starts what stands in for every index of a run. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { mode, indexes, defaultIndex, secrets, trouble, network = null } = options;
  const closing = new AbortController();
  let down = false;
  const budget = createBudget(trouble);
  const journal = createJournal(secrets, () => options.now(), budget);
  const names = createNameJournal(budget);
  const assembled = assemble({ ...options, journal, wait: (ms) => wait(ms, closing.signal), isDown: () => down });
  const { addressing, registries, directory, exchange, known, apply, fileUrl } = assembled;
  let isTrusted = true;
  const certificateOf = (origin: ConnectionOrigin) =>
    indexesAt(origin).find((index) => index.certificate !== "good")?.certificate ?? "good";
  const wantsClients = (origin: ConnectionOrigin): boolean => indexesAt(origin).some((index) => index.clientCertificate === true);
  const refusals = createRefusals({
    directory,
    journal,
    secrets: secretTable(secrets),
    isDistrusted: (origin) => !isTrusted || certificateOf(origin) !== "good" || wantsClients(origin),
  });

  const unreachable = (host: string): Unreachable | null => directory.unreachable(host);
  const onQuestion = (name: string, type: number): void => {
    const isFirst = names.add({ step: journal.step, name, type: typeName(type), at: options.now() });
    const why = unreachable(name);
    if (isFirst && why !== null && typeName(type) === "A") refusals.unreachable(name, why);
  };

  const authority = mode === "proxy" ? await (options.authority ?? ownAuthority)() : null;
  const asksClients = indexes.some((index) => index.clientCertificate === true);
  const client = authority === null || !asksClients ? null : await authority.leafFor("client.example.com", "client");
  const tunnelling = authority === null ? null : tunnelOptions(authority);
  const company = companyProxy();
  const server = await startServer({
    exchange,
    refusals,
    company,
    tunnels: tunnelling,
    direct: (path) => addressing.direct(path, registries),
    network:
      network === null
        ? null
        : { sockets: network, names: createDnsNames(onQuestion, unreachable), declares: (host) => directory.declares(host) },
    unreachable,
    budget,
    trouble,
  });
  addressing.at(server.address);

  return {
    proxyUrl: mode === "proxy" && network === null ? server.address : null,
    caPem: authority?.caPem ?? "",
    clientPem: client === null ? null : client.cert + client.key,
    proxyCaPem: company?.tunnels == null || authority === null ? null : await strangersCa(authority),
    urlOf: (index) =>
      known(index).index.proxy !== undefined && server.companyAddress !== null
        ? `http://${server.companyAddress}`
        : addressing.urlOf(known(index).mount),
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
    endStep: () => server.settled(),
    apply,
    requests: () => journal.records(),
    names: () => names.records(),
    onRequest: (listener) => journal.subscribe(listener),
    sabotage() {
      down = true;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await server[Symbol.asyncDispose]();
    },
  };

  function indexesAt({ host, port }: ConnectionOrigin): readonly Index[] {
    const here = directory.indexesAt(originOf({ scheme: "https", host, port }));
    return indexes.filter((index) => here.has(index.name));
  }

  function companyProxy(): CompanyProxy | null {
    const index = indexes.find((each) => each.proxy !== undefined);
    if (index === undefined || authority === null || tunnelling === null) return null;
    const distrusting = createRefusals({ directory, journal, secrets: secretTable(secrets), isDistrusted: () => true });
    // Of a CA that is trusted by those alone who are given it.
    const opening: TunnelOptions = { ...tunnelling, leafFor: (host) => authority.leafFor(host, "untrusted"), refusals: distrusting };
    return createCompanyProxy({
      index,
      registry: known(index.name),
      journal,
      unreachable,
      tunnels: index.proxy?.breaksTls === true ? opening : null,
    });
  }

  function tunnelOptions(ca: Authority): TunnelOptions {
    return {
      clientCaFor: (host, port) => (wantsClients({ host, port }) ? ca.caPem : null),
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

/** The second certificate of the chain that such a host shows. */
async function strangersCa(authority: Authority): Promise<string> {
  const { cert } = await authority.leafFor("proxy.example.com", "untrusted");
  return `${cert.split(/(?<=-----END CERTIFICATE-----)\n/)[1]?.trim() ?? ""}\n`;
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
