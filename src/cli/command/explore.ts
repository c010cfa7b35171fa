import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { Axis, Factor } from "../../scenario/vary.ts";
import { exploreText, toExploreJson, type WrittenCause } from "../../report/explore.ts";
import { paintVerdict } from "../../report/paint.ts";
import { causeScenarios, exploreScenario, readVariations } from "../../run/explore.ts";
import { makeFolder } from "../../run/make-folder.ts";
import { oneRelease } from "../../run/one-release.ts";
import { UserError } from "../../scenario/error.ts";
import { paintFor } from "../render/paint.ts";
import { readOneScenario } from "../scenario-files.ts";
import { withSession } from "../session.ts";

interface ExploreCommandOptions {
  readonly uv: string;
  readonly depth: number;
  readonly budget: number;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly write?: string;
  readonly failing?: readonly string[];
  readonly python?: string;
}

/** `uv-mre explore`: exit 0 when at least one cause is proven, 3 otherwise. */
export async function exploreCommand(file: string, options: ExploreCommandOptions): Promise<number> {
  const loaded = await readOneScenario(file);
  const variations = readVariations(loaded);
  const failing = (options.failing ?? []).map((text) => readFactor(variations.axes, text));

  return withSession({ python: options.python ?? null }, async ({ harness, signal }) => {
    const uv = await oneRelease(harness, loaded, "--uv", options.uv);
    const release = await harness.release(uv);
    const paint = paintFor(process.stderr, process.env);
    const result = await exploreScenario(harness, variations, release, {
      signal,
      depth: options.depth,
      budget: options.budget,
      parallel: options.jobs ?? availableParallelism(),
      ...(failing.length > 0 && { failing: [failing] }),
      onSample({ factors, verdict }) {
        const changed = factors.map((factor) => `${factor.axis} = ${factor.option}`).join(", ");
        process.stderr.write(`  ${paintVerdict(paint, verdict)}  ${changed === "" ? "starting point" : changed}\n`);
      },
    });
    const written: WrittenCause[] = [];
    for (const [index, cause] of causeScenarios(variations, result, uv).entries()) {
      written.push(options.write === undefined ? cause : { ...cause, file: await writeCause(options.write, index, cause.text) });
    }
    const report = { scenario: file, uv, axes: variations.axes, result, written };
    console.log(
      options.json === true ? JSON.stringify(toExploreJson(report), null, 2) : exploreText(report, paintFor(process.stdout, process.env)),
    );
    return result.causes.some((cause) => cause.necessary.length > 0 && cause.necessary.every((proof) => proof.proven)) ? 0 : 3;
  });
}

async function writeCause(folder: string, index: number, text: string): Promise<string> {
  makeFolder(folder);
  const place = path.join(folder, `cause-${index + 1}.toml`);
  await writeFile(place, text);
  return place;
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
