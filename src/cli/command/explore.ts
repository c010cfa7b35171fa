import { availableParallelism } from "node:os";
import path from "node:path";
import { BUDGET, DEPTH } from "../../explore/default-limits.ts";
import { combinationCount } from "../../explore/axis.ts";
import type { Axis, Factor } from "../../scenario/vary.ts";
import { EXIT } from "../../report/exit-status.ts";
import { exploreText, toExploreJson } from "../../report/explore.ts";
import { factorWords } from "../../report/explore-words.ts";
import { paintVerdict } from "../../report/paint.ts";
import { causeScenarios, exploreScenario, readVariations } from "../../run/search/explore.ts";
import { oneRelease } from "../../run/matrix/one-release.ts";
import { checkNewFolder, writeFolder } from "../../run/export/write-folder.ts";
import { UserError } from "../../scenario/error.ts";
import { parseBackend } from "../backend.ts";
import { openBar } from "../render/open-bar.ts";
import { oneLine } from "../../observation/visible-text.ts";
import { guardOutside, sandboxFlags, sandboxOption, type SandboxOptions } from "../sandbox.ts";
import { paintFor } from "../render/paint.ts";
import { checkReports, writeReport } from "../report-file.ts";
import { programWords } from "../started-as.ts";
import { readOneScenario } from "../scenario-files.ts";
import { type MachineOptions, machineOptions, withSession } from "../session.ts";

interface ExploreCommandOptions extends SandboxOptions, MachineOptions {
  readonly uv: string;
  readonly depth: number;
  readonly budget: number;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly write?: string;
  readonly report: string[];
  readonly failing?: readonly string[];
  readonly backend?: string;
}

/** `uv-mre explore`: exit 0 when at least one cause is proven, 3 otherwise. */
export async function exploreCommand(file: string, options: ExploreCommandOptions): Promise<number> {
  const loaded = await readOneScenario(file, options);
  const backend = parseBackend(options.backend);
  const variations = readVariations(loaded);
  const failing = (options.failing ?? []).map((text) => readFactor(variations.axes, text));

  if (options.write !== undefined) await checkNewFolder(options.write);
  await checkReports(options.report, [file], { causes: true });
  return withSession({ ...machineOptions(options), ...sandboxOption(options) }, async ({ harness, signal }) => {
    await guardOutside(harness, [loaded], options);
    const uv = await oneRelease(harness, loaded, "--uv", options.uv);
    const release = await harness.release(uv);
    const paint = paintFor(process.stderr, process.env);
    // At most: what holds a known cause is left out.
    const atMost = Math.min(options.budget, combinationCount(variations.axes, options.depth));
    const bar = await openBar();
    const result = await exploreScenario(harness, variations, release, {
      signal,
      backend,
      depth: options.depth,
      budget: options.budget,
      parallel: options.jobs ?? availableParallelism(),
      ...(failing.length > 0 && { failing: [failing] }),
      onSample({ factors, verdict, reason }, done) {
        const changed = factors.map(factorWords).join(", ");
        const why = reason === undefined || reason === null ? "" : `  (${oneLine(reason, 200)})`;
        bar.line(`[${done}/${atMost}] ${paintVerdict(paint, verdict)}  ${changed === "" ? "starting point" : changed}${why}`);
        bar.update({ done, total: atMost, text: "at most; what holds a known cause is left out" });
      },
    }).finally(() => bar.end());
    const { write: folder } = options;
    const written = causeScenarios(variations, result, uv).map((cause, index) =>
      folder === undefined ? cause : { ...cause, file: path.join(folder, causeName(index)) },
    );
    const flags = [...(backend === null ? [] : ["--backend", backend]), ...sandboxFlags(options)];
    const { runs, ...found } = result;
    const report = {
      scenario: file,
      uv,
      axes: variations.axes,
      result: found,
      runs,
      written,
      flags,
      program: programWords(),
      command: commandOf(file, uv, options, flags),
    };
    console.log(
      options.json === true ? JSON.stringify(toExploreJson(report), null, 2) : exploreText(report, paintFor(process.stdout, process.env)),
    );
    for (const to of options.report) await writeReport(to, { results: [], searches: [{ kind: "explore", ...report }] });
    // After the answer, which is not to be lost with a disk that is full.
    if (folder !== undefined && written.length > 0)
      await writeFolder(folder, Object.fromEntries(written.map(({ text }, index) => [causeName(index), { text }])));
    if (result.interrupted) return EXIT.interrupted;
    return result.causes.some((cause) => cause.necessary.length > 0 && cause.necessary.every((proof) => proof.proven))
      ? EXIT.ok
      : EXIT.unresolved;
  });
}

/** The command that asks the same again. */
function commandOf(file: string, uv: string, { depth, budget, failing = [] }: ExploreCommandOptions, flags: readonly string[]): string[] {
  const bounds = [...(depth === DEPTH ? [] : ["--depth", `${depth}`]), ...(budget === BUDGET ? [] : ["--budget", `${budget}`])];
  return [...programWords(), "explore", file, "--uv", uv, ...bounds, ...failing.flatMap((factor) => ["--failing", factor]), ...flags];
}

function causeName(index: number): string {
  return `cause-${index + 1}.toml`;
}

/** `AXIS=OPTION`; blanks around the sign do not count. */
function readFactor(axes: readonly Axis[], text: string): Factor {
  for (const { name, options } of axes) {
    const rest = text.startsWith(name) ? /^\s*=\s*(?<option>.*?)\s*$/s.exec(text.slice(name.length)) : null;
    const option = rest?.groups?.["option"];
    if (option === undefined) continue;
    if (options.includes(option)) return { axis: name, option };
    throw new UserError(`--failing "${text}": ${name} has no such option (known: ${options.join("; ")})`);
  }
  throw new UserError(`--failing "${text}": write AXIS=OPTION (axes: ${axes.map(({ name }) => name).join("; ")})`);
}
