import { writesInPlace } from "../../capture/look/writes-in-place.ts";
import { askedFacts } from "../../capture/asked.ts";
import { createRenamer, type Renamer } from "../../capture/names/rename.ts";
import { namesOf } from "../../capture/names/collect.ts";
import { remainingNames } from "../../capture/names/remaining-names.ts";
import { nothingToRecord, whyNotRecorded } from "../../capture/record/refusal.ts";
import type { Repair } from "../../capture/repairs.ts";
import { sentenceOf } from "../../capture/sentence.ts";
import { agreed, isHealthy, symptomOf, unlike, withoutPaths, type Symptom } from "../../capture/symptom.ts";
import { triedFacts } from "../../capture/credential-trials.ts";
import { contrastWords } from "../../capture/hypotheses.ts";
import { placeNames } from "../../capture/infer/places.ts";
import { conditionsFrom } from "../../capture/write/conditions.ts";
import { draftOf, type Draft } from "../../capture/write/draft.ts";
import { indexUrls, materialOf, type Material } from "../../capture/write/material.ts";
import { capturedText } from "../../capture/write/scenario-text.ts";
import { commandWords, indexesInCommand } from "../../capture/write/command.ts";
import { contentsOf } from "../../capture/write/contents.ts";
import { indexesInReceipts } from "../../capture/write/tool.ts";
import { hideUrlSecrets } from "../../capture/secret-book.ts";
import { UserError } from "../../scenario/error.ts";
import type { Release } from "../../uv/binary.ts";
import type { Harness } from "../harness/harness.ts";
import { contrast, ROUGH, withConditions } from "./contrast.ts";
import { learn, type Learning } from "./learn.ts";
import { type Lead, runLogged, type LoggedRun } from "./logged-run.ts";
import { readerOf, record, type Wire } from "./record.ts";
import { severalTimes } from "./several-times.ts";
import { showScenario } from "./prove.ts";

type Table = Record<string, unknown>;

export interface CaptureRequest extends Learning {
  readonly release: Release;
  /** Words of names that are to stay. */
  readonly keep: readonly string[];
  /** In the user's own folder in place of a copy. */
  readonly inPlace: boolean;
  /** Once more with a gateway in front of the registries. */
  readonly record: boolean;
  /** Runs for what could not be seen, at most. */
  readonly budget: number;
}

/** What came of a capture. Nothing in it but \`map\` tells a name of the original. */
export type Captured =
  | { readonly kind: "healthy" }
  | {
      readonly kind: "same" | "different" | "unable";
      readonly text: string;
      /** What is not the same, or cannot be said in a scenario. */
      readonly why: readonly string[];
      /** What varied from run to run of the original. */
      readonly unstable: readonly string[];
      readonly repair: Pick<Repair, "id" | "words"> | null;
      /** Worlds that agree with what was seen, and what is not known. */
      readonly contrast: readonly string[];
      /** Credentials that no request carried. */
      readonly assumed: readonly string[];
      readonly facts: readonly string[];
      /** What a gateway saw, or why that was thrown away. */
      readonly recording: readonly string[];
      /** What goes wrong, in one sentence. */
      readonly sentence: string;
      /** What of the original the text holds. */
      readonly contents: readonly string[];
      readonly runs: number;
      readonly map: ReadonlyMap<string, string>;
    };

const NOTHING = { text: "", repair: null, contrast: [], assumed: [], facts: [], contents: [] } as const;
const RUNS = 3;
const UNRECORDED: Wire = { recorded: [], words: [] };
const FILE = "captured.toml";

/** Listens, writes a scenario, proves that it shows the same, and looks for the one change that heals it. */
export async function capture(harness: Harness, request: CaptureRequest): Promise<Captured> {
  const { looked, secrets, signal, tell, inPlace } = request;
  // Only what is started has the secrets of its URLs.
  const argv = request.argv.map((word) => hideUrlSecrets(word, secrets.name));
  for (const place of looked.unread) throw new UserError(`${place}, so nothing can be captured of it; mend the file first`);
  const more = [...indexesInCommand(argv), ...indexesInReceipts(looked, argv)];
  const refused = request.record ? whyNotRecorded(looked, argv, readerOf(harness.env)) : null;
  if (refused !== null) throw new UserError(`--record: ${refused}`);
  const runOriginal = (lead: Lead | null = null): Promise<LoggedRun> =>
    runLogged(harness, { looked, argv: request.argv, nameSecret: secrets.name, signal, inPlace, lead });
  const runs = request.record ? RUNS + 1 : RUNS;
  if (inPlace) for (const line of writesInPlace(looked, argv, runs)) tell(line);
  tell(`running the command once${inPlace ? "" : ", on a copy"}, and reading its log`);
  const first = await runOriginal();
  const renamer = createRenamer(namesOf(looked, first.log, argv, more, request.keep));
  const known = materialOf(looked, first.log, renamer, more);
  const symptom = (logged: LoggedRun): Symptom => symptomOfOriginal(logged, known);
  if (isHealthy(symptom(first))) return { kind: "healthy" };
  const useless = request.record ? nothingToRecord(first.log) : null;
  if (useless !== null) throw new UserError(`--record: ${useless}`);
  tell("again, to see what is the same each time");
  // Copies do not meet; in one folder a run has to wait for the one before it.
  const others = await severalTimes(RUNS - 1, () => runOriginal(), inPlace ? "in turn" : "at once");
  const original = agreed([first, ...others].map(symptom));
  const unlikeOriginal = (logged: LoggedRun): readonly string[] => unlike(original, agreed([symptom(logged)]));
  const isPlain = (text: string): boolean => [...secrets.foundIn(text), ...remainingNames(text, renamer)].length === 0;
  const wire = request.record
    ? await record(harness, { looked, argv, indexes: indexUrls(known), runOriginal, unlike: unlikeOriginal, isPlain, tell })
    : UNRECORDED;
  const material = await learn(harness, request, { ...known, recorded: wire.recorded }, argv);
  const draft = draftOf(material, argv);
  const command = commandWords(material, argv).join(" ");
  const sentence = sentenceOf({
    command: isPlain(command) ? command : "the command",
    exit: first.exit,
    log: first.log,
    placeOf: placeNames(indexUrls(material)),
  });
  if (draft.unable.length > 0)
    return {
      ...NOTHING,
      kind: "unable",
      why: draft.unable,
      unstable: original.unstable,
      recording: wire.words,
      sentence,
      runs,
      map: renamer.map,
    };
  tell("running the scenario");
  return prove(harness, { ...request, material, draft, original, renamer, sentence, hidden: argv, recording: wire.words, runs });
}

interface Proof extends CaptureRequest {
  readonly material: Material;
  readonly draft: Draft;
  readonly original: ReturnType<typeof agreed>;
  readonly renamer: Renamer;
  readonly sentence: string;
  /** The command without the secrets of its URLs. */
  readonly hidden: readonly string[];
  readonly recording: readonly string[];
  /** Of the original. */
  readonly runs: number;
}

async function prove(harness: Harness, proof: Proof): Promise<Captured> {
  const { material, draft, original, renamer, release, signal, tell } = proof;
  const { failing } = draft;
  const urls = material.indexes.map(({ place }) => renamer.url(place.url));
  const show = (document: Table): ReturnType<typeof showScenario> =>
    showScenario(harness, release, document, { failing, urls, file: FILE, signal });
  const rough = withConditions(draft, ROUGH);
  const seen = await show(rough);
  const shaped = withConditions(draft, conditionsFrom(seen.observation, failing));
  const others = seen.symptom === null ? [] : await Promise.all(Array.from({ length: RUNS - 1 }, () => show(shaped)));
  const shown = [seen, ...others];
  const symptoms = shown.flatMap(({ symptom }) => symptom ?? []);
  const why =
    symptoms.length < RUNS ? [`the scenario could not be run to its end: ${troubleOf(seen)}`] : unlike(original, agreed(symptoms));
  const judged = shown.slice(1).find(({ result }) => result.verdict !== "reproduced")?.result;
  if (why.length === 0 && judged !== undefined)
    why.push(`the conditions do not hold: ${judged.reasons.map(({ condition, seen: was }) => `${condition ?? ""} ${was}`).join("; ")}`);
  const same = why.length === 0;
  const found = same
    ? await contrast({ material, draft, argv: proof.hidden, original, document: shaped, show, budget: proof.budget, tell })
    : null;
  const healed = found?.healed ?? null;
  const contrasted = found === null ? [] : contrastWords(healed?.words ?? null, found.varied);
  const assumed = material.credentials.flatMap(({ state, source, user, secret }) =>
    (state === "never sent" || state === "untold") && secret !== null
      ? [
          `${source === "misnamed" ? "a variable" : source}${user === null ? "" : `, user ${renamer.name(user)}`}, ${state === "untold" ? "of which the answer tells nothing" : "which was never sent"}`,
        ]
      : [],
  );
  const facts = [...original.symptom.facts, ...askedFacts(material), ...proof.recording, ...triedFacts(material)];
  const text = capturedText({ document: shaped, healed, same, facts, assumed, contrast: contrasted, version: release.version, why });
  const left = [...proof.secrets.foundIn(text), ...remainingNames(text, renamer)];
  for (const word of left) tell(`not replaced, so no file is written: ${word} (\`--keep-names ${word}\` lets a word stand)`);
  const unsafe = left.length === 0 ? [] : [`${left.length} of the original's names, or secrets, would be in it`];
  return {
    kind: same && unsafe.length === 0 ? "same" : "different",
    text: unsafe.length === 0 ? text : "",
    // What was found may hold the name that was left.
    why: unsafe.length > 0 ? unsafe : why,
    unstable: original.unstable,
    repair: healed,
    assumed: [...new Set(assumed)],
    facts: unsafe.length > 0 ? [] : facts,
    recording: unsafe.length > 0 ? [] : proof.recording,
    contrast: unsafe.length > 0 ? [] : contrasted,
    // The command's words stand in it.
    sentence: unsafe.length > 0 ? "" : proof.sentence,
    contents: unsafe.length > 0 ? [] : contentsOf(material, draft, proof.keep),
    runs: shown.length + (found?.runs ?? 0) + proof.runs,
    map: renamer.map,
  };
}

function symptomOfOriginal({ exit, log, keyring }: LoggedRun, { indexes, renamer }: Material): Symptom {
  return symptomOf({
    exit,
    log,
    keyring,
    placeOf: placeNames(indexUrls({ indexes })),
    plain: (text) => withoutPaths(renamer.text(text)),
  });
}

function troubleOf({ result }: Awaited<ReturnType<typeof showScenario>>): string {
  return [
    ...result.observation.trouble.map(({ detail }) => detail),
    ...result.reasons.map(({ condition, seen }) => `${condition ?? ""} ${seen}`),
  ].join("; ");
}
