import { availableParallelism } from "node:os";
import { bisect } from "../../bisect/bisect.ts";
import { toBisectJson, toMapJson } from "../../bisect/json.ts";
import { map } from "../../bisect/map.ts";
import { isSupported } from "../../judge/claim.ts";
import { bisectMarkdown, bisectText } from "../../report/bisect.ts";
import { commandLine } from "../../report/command-line.ts";
import { EXIT } from "../../report/exit-status.ts";
import { mapMarkdown, mapText } from "../../report/map.ts";
import { paintVerdict } from "../../report/paint.ts";
import { unknownStepWords } from "../../report/unsupported-words.ts";
import type { Harness } from "../../run/harness/harness.ts";
import type { LoadedScenario } from "../../run/load.ts";
import { withBackend } from "../../run/one-run/options.ts";
import { Interrupted, openProber, type Prober } from "../../run/search/probe.ts";
import { pruneResults } from "../../run/cache/result-cache.ts";
import { UserError } from "../../scenario/error.ts";
import type { Scenario } from "../../scenario/model.ts";
import { parseSpec, unknownRelease } from "../../uv/select.ts";
import { checkWritable, writeOutput } from "../output-file.ts";
import { exitStatusOnlyWords, judgedWords } from "../../report/verdict-words.ts";
import { parseBackend } from "../backend.ts";
import { paintFor, widthOf } from "../render/paint.ts";
import { readOneScenario } from "../scenario-files.ts";
import { withSession, type Session } from "../session.ts";
import { parseSize } from "../size.ts";

interface SearchOptions {
  readonly acceptExitStatus?: boolean;
  readonly repeat?: number;
  readonly cache: boolean;
  readonly maxDisk?: string;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly report?: string;
  readonly backend?: string;
  readonly python?: string;
}

/** Repeats of a release once two of its runs differ. */
const FLAKY_REPEATS = 5;

/** `uv-mre bisect`: exit 0 when it names a change (or an honest range), 3 when it cannot. */
export async function bisectCommand(file: string, options: SearchOptions & { good?: string; bad?: string }): Promise<number> {
  return search(
    file,
    options,
    // Releases by number: what `latest` means is another one tomorrow.
    ({ good, bad }) => ["bisect", file, ...flag("--good", good), ...flag("--bad", bad), ...shared(options)],
    async (tools) => {
      const { good = null, bad = null } = tools.bounds;
      const result = await bisect({ ...tools.searching, good, bad, onProgress: ({ text }) => tools.note(text) });
      const { scenario, prober, command } = tools;
      const report = { scenario: scenario.file, result, runs: prober.runs, command };
      if (options.report !== undefined) await writeOutput(options.report, bisectMarkdown(report));
      console.log(
        options.json === true
          ? JSON.stringify(toBisectJson(scenario.file, result), null, 2)
          : bisectText(report, paintFor(process.stdout, process.env)),
      );
      return result.outcome.kind === "found" || result.outcome.kind === "range" ? EXIT.ok : EXIT.unresolved;
    },
  );
}

/** `uv-mre map`: exit 0 when every release has a verdict or is unsupported, 3 when unresolved stretches remain. */
export async function mapCommand(file: string, options: SearchOptions & { uv: string[]; exhaustive?: boolean }): Promise<number> {
  const own = [...options.uv.flatMap((uv) => ["--uv", uv]), ...(options.exhaustive === true ? ["--exhaustive"] : [])];
  return search(
    file,
    options,
    () => ["map", file, ...own, ...shared(options)],
    async (tools) => {
      const result = await map({ ...tools.searching, exhaustive: options.exhaustive ?? false, onProgress: ({ text }) => tools.note(text) });
      const { scenario, prober, command } = tools;
      const report = { scenario: scenario.file, result, runs: prober.runs, command };
      if (options.report !== undefined) await writeOutput(options.report, mapMarkdown(report));
      const paint = paintFor(process.stdout, process.env);
      console.log(
        options.json === true
          ? JSON.stringify(toMapJson(scenario.file, result), null, 2)
          : mapText(report, { width: widthOf(process.stdout), paint }),
      );
      return result.segments.some((segment) => segment.verdict === "unresolved") ? EXIT.unresolved : EXIT.ok;
    },
  );
}

/** Releases by number. */
interface GivenBounds {
  readonly good?: string;
  readonly bad?: string;
}

interface SearchTools {
  readonly scenario: LoadedScenario;
  readonly bounds: GivenBounds;
  readonly prober: Prober;
  readonly command: readonly string[];
  readonly searching: Pick<Parameters<typeof bisect>[0], "versions" | "probe" | "parallel" | "speculate" | "prefetch">;
  note(text: string): void;
}

/** What bisect and map share: the scenario, the releases, a prober over cache and disk bounds, and how an interruption ends. */
async function search(
  file: string,
  options: SearchOptions & GivenBounds & { uv?: readonly string[] },
  argv: (bounds: GivenBounds) => readonly string[],
  work: (tools: SearchTools) => Promise<number>,
): Promise<number> {
  const backend = parseBackend(options.backend);
  const maxBytes = options.maxDisk === undefined ? null : parseSize(options.maxDisk);
  const scenario = await readOneScenario(file);
  if (options.report !== undefined) await checkWritable(options.report, [scenario.file]);
  const note = (text: string): unknown => process.stderr.write(`${text}\n`);

  return withSession({ python: options.python ?? null, notice: note }, async (session: Session) => {
    const { harness, signal } = session;
    // A bisection is within what the scenario supports: outside it nothing is run.
    const { supported } = scenario.scenario;
    const searched = async (): Promise<string[]> => {
      if (options.uv !== undefined) return harness.select(options.uv.length > 0 ? options.uv : ["all"]);
      const all = await harness.select(["all"]);
      const within = all.filter((version) => isSupported(scenario.scenario, version));
      if (within.length === 0) throw new UserError(`${file}: no release of uv is in \`supported = "${supported}"\``);
      return within;
    };
    const given = await boundsOf(searched, options);
    const bounds = Object.values(given);
    const command = ["uv-mre", ...argv(given)];
    const again = commandLine(["npx", ...command, ...here(options)]);
    note(`finished probes are kept; cut off, this goes on: ${again}`);
    fetchAhead(harness, withBackend(scenario.scenario, backend), bounds);
    const paint = paintFor(process.stderr, process.env);
    using prober = await openProber(harness, scenario, {
      backend,
      signal,
      repeat: options.repeat ?? 1,
      atMost: FLAKY_REPEATS,
      useCache: options.cache,
      acceptExitStatus: options.acceptExitStatus,
      onRun: (result) =>
        note(`  uv ${result.uv}  ${paintVerdict(paint, result.verdict, judgedWords(result))}${result.cached ? "  (cached)" : ""}`),
    });
    const asking = new Set<string>();
    const probe: Prober["probe"] = async (uv) => {
      asking.add(uv);
      const answer = await prober.probe(uv).finally(() => asking.delete(uv));
      if (maxBytes !== null) {
        await harness.store.letGo({ except: asking });
        await harness.store.remove({ maxBytes });
      }
      return answer;
    };
    // Both bounds are run whatever the list of releases says, so they are while it comes. What fails shows when it is asked for.
    const parallel = options.jobs ?? availableParallelism();
    const ahead = new Map(bounds.length === 2 && parallel > 1 ? bounds.map((uv) => [uv, probe(uv)]) : []);
    for (const answer of ahead.values()) answer.catch(() => null);
    const versions = await searched();
    for (const bound of bounds.filter((bound) => !versions.includes(bound))) {
      const all = await harness.select(["all"]);
      throw new UserError(
        all.includes(bound) ? `uv ${bound} is outside the scenario's \`supported = "${supported}"\`` : unknownRelease(bound, all),
      );
    }
    const searching = {
      versions,
      probe: (uv: string) => {
        const answer = ahead.get(uv);
        ahead.delete(uv);
        return answer ?? probe(uv);
      },
      parallel,
      speculate: parallel < availableParallelism(),
      prefetch: (next: readonly string[]) => prober.prefetch(next),
    };
    try {
      const status = await work({ scenario, bounds: given, prober, command, searching, note });
      for (const words of unknownStepWords(prober.runs)) note(`warning: ${words}`);
      const notTaken = options.acceptExitStatus === true ? null : exitStatusOnlyWords(prober.runs);
      if (notTaken !== null) note(`warning: ${notTaken}`);
      return status;
    } catch (error) {
      const wasInterrupted = error instanceof Interrupted || signal.aborted;
      const kept = `finished probes are kept, and this goes on from there:\n  ${again}`;
      if (wasInterrupted) note(`interrupted; ${kept}`);
      else if (error instanceof UserError && prober.runs.length > 0) note(kept);
      if (!wasInterrupted) throw error;
      return EXIT.interrupted;
    } finally {
      await pruneResults(harness.cacheDir);
    }
  });
}

/** What is needed in any case comes while the list of releases is on its way. A failure shows when it is asked for. */
function fetchAhead(harness: Harness, scenario: Scenario, bounds: readonly string[]): void {
  harness.prepare(scenario).catch(() => null);
  for (const version of bounds) harness.release(version).catch(() => null);
}

/** What `--good` and `--bad` mean, before anything is run: two different releases. `releases` are those to search. */
async function boundsOf(releases: () => Promise<readonly string[]>, { good, bad }: GivenBounds): Promise<GivenBounds> {
  const release = async (place: string, spec: string): Promise<string> => {
    const parsed = parseSpec(spec);
    switch (parsed.kind) {
      // Not to wait for the list of releases here.
      case "exact":
        return parsed.version;
      case "latest":
      case "oldest":
        return (await releases()).at(parsed.kind === "latest" ? -1 : 0) ?? "";
      case "binary":
        throw new UserError(`${place} ${spec}: is a binary; name a release, since those between the two are searched`);
      default:
        throw new UserError(`${place} ${spec}: means several releases; name an exact release, \`latest\` or \`oldest\``);
    }
  };
  const bounds = {
    ...(good !== undefined && { good: await release("--good", good) }),
    ...(bad !== undefined && { bad: await release("--bad", bad) }),
  };
  if (bounds.good !== undefined && bounds.good === bounds.bad)
    throw new UserError(`--good and --bad are the same release, uv ${bounds.good}; the search goes between two`);
  return bounds;
}

function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

/** What else the same search needs on this machine; not for a report. */
function here(options: SearchOptions): string[] {
  return [...flag("--python", options.python), ...flag("--max-disk", options.maxDisk), ...flag("--jobs", options.jobs?.toString())];
}

function shared(options: SearchOptions): string[] {
  const accept = options.acceptExitStatus === true ? ["--accept-exit-status"] : [];
  return [...flag("--repeat", options.repeat?.toString()), ...flag("--backend", options.backend), ...accept];
}
