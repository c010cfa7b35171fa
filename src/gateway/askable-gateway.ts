import { conditionalSamples } from "./cache-headers.ts";
import type { Secret } from "../observation/secret.ts";
import type { Distribution } from "../scenario/distribution.ts";
import type { Change, Index } from "../scenario/model.ts";
import type { Answer } from "./answer.ts";
import { assemble, type Assembly } from "./assemble.ts";
import { purposeOf } from "./exchange.ts";
import type { Purpose } from "./fault.ts";
import type { Samples } from "./flavour/flavour.ts";
import { addressesIn } from "./flavour/row-address.ts";
import { FLAVOUR } from "./flavour/table.ts";
import type { Entry, Journal } from "./journal.ts";
import { parseUrl, urlOf } from "./target.ts";
import { rootOf } from "./mount.ts";

/** A gateway without sockets and faults, which can be asked anything in any state. */
export interface AskableGateway {
  /** One question after the other. Nothing that is asked changes it: an upload is forgotten again. */
  ask(question: Question): Promise<Reply>;
  apply(change: Change): void;
  /** As the fault of that name does. */
  revokeAll(index: string): void;
  /** Every origin with the path prefixes that indexes have on it, in the order in which they are tried. */
  places(): ReadonlyMap<string, readonly { readonly prefix: string; readonly index: string }[]>;
  /** What of a declared index cannot be found by asking: addresses (paths in which `NAME` stands for a project), and more. */
  samples(index: string): Samples & { readonly addresses: readonly string[] };
}

export interface Question {
  readonly method: string;
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Reply {
  readonly answer: Answer;
  /** What the journal would note. */
  readonly entry: Entry;
  readonly purpose: Purpose;
  /** An upload's address. */
  readonly takesFiles: boolean;
  /** The file was taken, and what the index shows is another from now on. */
  readonly stored: boolean;
}

export interface AskableOptions {
  readonly indexes: readonly Index[];
  readonly defaultIndex: Index;
  /** By index name, `default` included; read at every question. */
  files(index: string): readonly Distribution[];
  readonly secrets: readonly Secret[];
}

type Happened = { readonly kind: "revoke-all"; readonly index: string } | { readonly kind: "change"; readonly change: Change };

export function openAskable({ indexes, defaultIndex, files, secrets }: AskableOptions): AskableGateway {
  const happened: Happened[] = [];
  let last: Entry | null = null;
  let gateway = open();

  return {
    async ask({ method, url, headers, body }) {
      const target = parseUrl(url);
      if (target === null) throw new Error(`not a URL: ${url}`);
      const header = (name: string): string | null => headers[name] ?? null;
      const found = gateway.directory.find(target);
      const route = found.kind === "nowhere" ? null : found.registry.behaviour.route(found.place, method, header);
      const before = found.kind === "nowhere" ? null : found.registry.fileStore.current();
      const outcome = await gateway.exchange({
        method,
        target,
        url: urlOf(target),
        httpVersion: "1.1",
        header,
        body: () => Promise.resolve(body),
        gone: () => false,
      });
      if (outcome.kind !== "send" || last === null) throw new Error(`no answer to ${method} ${url}`);
      const stored = found.kind !== "nowhere" && found.registry.fileStore.current() !== before;
      if (stored) gateway = open();
      return {
        answer: outcome.answer,
        entry: last,
        purpose: route === null ? "other" : purposeOf(route),
        takesFiles: route?.kind === "upload",
        stored,
      };
    },
    apply(change) {
      happened.push({ kind: "change", change });
      gateway.apply(change);
    },
    revokeAll(index) {
      happened.push({ kind: "revoke-all", index });
      gateway.known(index).revokeAll();
    },
    places: () => gateway.directory.places(),
    samples(name) {
      const { index, behaviour, mount } = gateway.known(name);
      const root = rootOf(mount);
      const places = behaviour.owns.filter(({ host }) => host === null).map(({ path }) => path);
      const headers = [...behaviour.samples.headers, ...conditionalSamples(index)];
      return {
        ...behaviour.samples,
        headers,
        addresses: [...places, ...addressesIn(FLAVOUR[index.flavour].table, { root, path: mount.path })],
      };
    },
  };

  function open(): Assembly {
    const journal: Journal = {
      step: 0,
      write(entry) {
        last = entry;
      },
      begin: () => () => {},
      writeIfAlone: () => {},
      records: () => [],
      subscribe: () => {},
    };
    const bare = indexes.map((index) => ({ ...index, faults: [] }));
    const all = [...bare, defaultIndex];
    const opened = assemble({
      mode: "proxy",
      indexes: bare,
      defaultIndex: { ...defaultIndex, faults: [] },
      source: new Map(all.map(({ name }) => [name, { kind: "files", list: () => files(name) }])),
      secrets,
      journal,
      wait: () => Promise.resolve(),
      isDown: () => false,
      trouble(detail) {
        throw new Error(detail);
      },
    });
    for (const each of happened) {
      if (each.kind === "change") opened.apply(each.change);
      else opened.known(each.index).revokeAll();
    }
    return opened;
  }
}
