import type { AnswerTable, IndexTable } from "../../../export/answer-table.ts";
import { conditionalSamples } from "../../../gateway/cache-headers.ts";
import { ORDINARY, type Samples } from "../../../gateway/flavour/flavour.ts";
import { encodeFilename } from "../../../gateway/flavour/path.ts";
import { NAME } from "../../../gateway/flavour/row-address.ts";
import type { Secret } from "../../../observation/secret.ts";
import type { Distribution } from "../../../scenario/distribution.ts";
import type { Index, Scenario, Step } from "../../../scenario/model.ts";
import { addressesInTexts, addressOf, linksIn, locationIn, slashed, startingAddresses } from "./address.ts";
import { askAddress, type AskedCell, type AskOptions } from "./ask-address.ts";
import { asUser, credentials, type NamedSecret } from "./credential.ts";
import { foldIndex } from "./fold.ts";
import { headerSamples } from "./header-sample.ts";
import { faultsOf, phasesOf, type State, statesOf } from "./state.ts";
import { numberAnswers } from "./template.ts";
import { uploadSamples } from "./upload-sample.ts";

export interface TableSource {
  /** By index, `default` included: the files that the script serves, and the phase since which each is there. */
  readonly files: ReadonlyMap<string, readonly (readonly [file: Distribution, since: number])[]>;
  /** What the script calls a file. */
  nameOf(file: Distribution): string;
  /** Bytes of a file. */
  bytesOf(file: Distribution): Uint8Array;
  /** Those that the script makes, with the variables that hold them. */
  readonly secrets: readonly (Secret & NamedSecret)[];
}

const NO_SAMPLES: Samples = ORDINARY.samples;
/** A redirect may lead to itself, and a page to addresses that no client asks for. */
const MOST_HOPS = 6;
/** A host that no scenario declares. */
const UNDECLARED = "https://undeclared.invalid";

/** Asks the gateway itself for everything that a scenario's requests may meet, and writes the answers down. */
export async function answerTable(scenario: Scenario, source: TableSource): Promise<AnswerTable> {
  const { indexes, defaultIndex } = scenario;
  const { secrets } = source;
  const filesOf = (index: string, phase = Infinity): Distribution[] =>
    (source.files.get(index) ?? []).filter(([, since]) => since <= phase).map(([file]) => file);
  const everything = [...indexes, defaultIndex].flatMap(({ name }) => filesOf(name));
  const states = statesOf(scenario, { indexes, defaultIndex, secrets, files: filesOf });
  const [start] = states;
  if (start === undefined) throw new Error("a scenario has at least one state");
  const { gateway } = start;
  const numbers = numberAnswers(secrets, everything, (file) => source.nameOf(file));
  const names = indexes.flatMap(({ name, users }) => [
    ...users.flatMap((user) => [user.name, user.login ?? user.name]),
    ...gateway.samples(name).names,
  ]);
  // Elsewhere a secret in the user's place is a name like any other.
  const alone = indexes.flatMap(({ name, users }) =>
    secrets.filter(({ index, user }) => index === name && users.some((each) => each.name === user && each.secretPlace !== undefined)),
  );
  const named = [...new Map(secrets.map((secret) => [secret.variable, secret])).values()];
  const shown = credentials([...names, ...alone.map(({ variable }) => asUser(variable))], named);
  const writes = scenario.steps.some(mayWrite);
  const rows = new Map<string, Map<string, readonly AskedCell[]>>(indexes.map(({ name }) => [name, new Map()]));

  await crawl();
  const tables = indexes.map((index): IndexTable =>
    indexTable(index.name, index, new URL(index.url).origin, rows.get(index.name) ?? new Map()),
  );
  const places = Object.fromEntries(
    [...gateway.places()].map(([origin, list]) => [
      origin,
      list.map(({ prefix, index }) => [prefix, indexes.findIndex(({ name }) => name === index)] as const),
    ]),
  );
  return {
    answers: numbers.all,
    indexes: [...tables, await nowhere(), await undeclared()],
    places,
    nowhere: tables.length,
    undeclared: tables.length + 1,
    phases: phasesOf(scenario).map(({ step }) => step),
    digests: Object.fromEntries(everything.map((file) => [source.nameOf(file), file.sha256])),
  };

  function samplesOf(index: Index | null): Samples {
    if (index === null) return NO_SAMPLES;
    return index === defaultIndex ? { ...NO_SAMPLES, headers: conditionalSamples(index) } : gateway.samples(index.name);
  }

  function optionsFor(index: Index | null, seen: AskOptions["seen"]): AskOptions {
    const samples = samplesOf(index);
    return {
      states,
      credentials: shown,
      secrets,
      numbers,
      headers: headerSamples(index?.json ?? false, samples).samples,
      writes,
      uploads(state: State) {
        const [present] = index === null ? [] : filesOf(index.name, state.phase);
        return uploadSamples(present ?? null, present === undefined ? null : source.bytesOf(present));
      },
      seen,
    };
  }

  /** From every index's own addresses on, wherever its answers lead. */
  async function crawl(): Promise<void> {
    const starts = [
      ...indexes.flatMap((index) =>
        startingAddresses(index, gateway.samples(index.name).addresses, [...new Set(filesOf(index.name).map((file) => file.project))]),
      ),
      ...addressesInTexts(scenario).flatMap(slashed),
    ];
    const queue = starts.map((url) => ({ url, hops: 0 }));
    const queued = new Set<string>();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { url, hops } = next;
      const address = addressOf(url);
      if (address === null) continue;
      const { origin, path } = address;
      const owner = gateway
        .places()
        .get(origin)
        ?.find(({ prefix }) => path.startsWith(prefix) || `${path}/` === prefix);
      const index = indexes.find(({ name }) => name === owner?.index);
      if (index === undefined || queued.has(origin + path)) continue;
      queued.add(origin + path);
      const { wayIn } = gateway.samples(index.name);
      const words = wayIn === null || hops > 0 ? [] : [...wayIn.words, ...secrets.map(({ value }) => value)];
      queue.push(...words.map((word) => ({ url: origin + (wayIn?.path(path, word) ?? path), hops })));
      const links = new Set<string>();
      const met = new WeakSet<object>();
      const asked = await askAddress(
        origin + path,
        optionsFor(index, (_, reply) => {
          if (met.has(reply.answer)) return;
          met.add(reply.answer);
          for (const link of hops === 0 ? linksIn(url, reply) : locationIn(url, reply)) links.add(link);
        }),
      );
      if (hops < MOST_HOPS) queue.push(...[...links].map((link) => ({ url: link, hops: hops + 1 })));
      if (asked?.index !== index.name) continue;
      rows.get(index.name)?.set(rowKey(index, origin, path), asked.cells);
    }
  }

  function rowKey(index: Index, origin: string, path: string): string {
    const key = origin === new URL(index.url).origin ? path : origin + path;
    return numbers.template(key).replaceAll(NAME, "${name}");
  }

  function indexTable(
    name: string | null,
    index: Index | null,
    origin: string,
    asked: ReadonlyMap<string, readonly AskedCell[]>,
  ): IndexTable {
    const samples = samplesOf(index);
    return {
      name,
      origin,
      headers: headerSamples(index?.json ?? false, samples).tests,
      ...foldIndex(asked, states, shown),
      faults: index === null ? {} : faultsOf(scenario, index.name),
      files: writes
        ? Object.fromEntries(
            (source.files.get(index?.name ?? "") ?? []).map(([file, since]) => [file.filename, [file.sha256, since] as const]),
          )
        : {},
    };
  }

  /** A path on a declared origin that is no index's. */
  async function nowhere(): Promise<IndexTable> {
    const origin = [...gateway.places()].find(([, list]) => list.every(({ prefix }) => prefix !== "/"))?.[0];
    const asked =
      origin === undefined
        ? null
        : await askAddress(
            `${origin}/zq-nowhere`,
            optionsFor(null, () => {}),
          );
    return indexTable(null, null, "", new Map(asked === null ? [] : [["*", asked.cells]]));
  }

  /** What any other host answers, whatever its paths are like: by their last segments. */
  async function undeclared(): Promise<IndexTable> {
    const files = filesOf(defaultIndex.name);
    const filenames = files.map((file) => encodeFilename(file.filename));
    const segments = [
      "",
      "simple",
      "+simple",
      NAME,
      ...files.map((file) => file.project),
      ...filenames,
      ...filenames.map((each) => `${each}.metadata`),
    ];
    const asked = new Map<string, readonly AskedCell[]>();
    for (const segment of new Set(segments)) {
      const found = await askAddress(
        `${UNDECLARED}/zq/${segment}`.replace(/\/zq\/$/, "/"),
        optionsFor(defaultIndex, () => {}),
      );
      if (found !== null) asked.set(numbers.template(segment).replaceAll(NAME, "${name}"), found.cells);
    }
    return indexTable(null, defaultIndex, "", asked);
  }
}

/** uv itself asks by GET and HEAD, but for `uv publish`; what else a step runs may ask by any method. */
function mayWrite({ argv: [program = "", ...words] }: Step): boolean {
  return !/(?:^|\/)uv$/.test(program) || words.some((word) => ["publish", "run", "tool"].includes(word));
}
