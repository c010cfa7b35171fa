import { unreachableAmong } from "../scenario/own-network.ts";
import { pythonChanges } from "../scenario/python-change.ts";
import { formatPath } from "../scenario/problem.ts";
import { OUT_OF_REACH, type Condition, type Index, type Package, type Scenario, type Step } from "../scenario/model.ts";

/** What an export of this scenario cannot express, each with its reason; empty: it can be exported. */
export function notExportable(scenario: Scenario): string[] {
  return [
    ...scenario.indexes.flatMap(indexReasons),
    ...packageReasons("index.default.packages", scenario.defaultIndex.packages),
    ...venvReasons(scenario),
    ...(scenario.needs === undefined
      ? []
      : [`needs: no script has ${scenario.needs.map((need) => OUT_OF_REACH[need]).join(" and ")} either`]),
    ...supportedReasons(scenario),
    ...keyringReasons(scenario),
    ...reachReasons(scenario),
    ...(scenario.tools ?? []).map(({ name }, at) => `tools[${at}]: a script brings uv's own commands and Python, no ${name}`),
    ...pythonChanges(scenario).map(({ path, message }) => `${formatPath(path)}: ${message}: a script has your rights`),
    ...scenario.steps.flatMap(stepReasons),
    ...textReasons(scenario),
    ...wordReasons(scenario),
  ];
}

/** The script's index is asked by a proxy of the script. */
function reachReasons({ indexes, defaultIndex, steps }: Scenario): string[] {
  const placed = [
    ...[...indexes, defaultIndex].map(({ name, faults }) => ({ place: `index.${name}.faults`, faults })),
    ...steps.flatMap(({ set }, at) =>
      set.flatMap((change) => (change.kind === "faults" ? [{ place: `step[${at}].set`, faults: change.faults }] : [])),
    ),
  ];
  return placed.flatMap(({ place, faults }) => {
    const kind = unreachableAmong(faults);
    return kind === null ? [] : [`${place}: "${kind}" shows in a network of its own alone, which no script has`];
  });
}

function indexReasons({ name, users, backend, packages, clientCertificate, git, proxy, options }: Index): string[] {
  if (proxy !== undefined) return ["proxy: a script that needs only uv and Python 3 brings no proxy"];
  if (git === true) return [`git.${name}: a script that needs only uv and Python 3 brings no git server`];
  const served =
    backend === "embedded" ? [] : [`index.${name}.backend: a script that needs only uv and Python 3 cannot start a pypiserver`];
  const mutual = clientCertificate === true ? [`index.${name}.client-certificate: the script's index asks clients for none`] : [];
  const trusted =
    options["trusted-publishing"] === true ? [`index.${name}.trusted-publishing: the script's index exchanges no identity tokens`] : [];
  const shaped = users.some(({ secretForm }) => secretForm !== undefined)
    ? [`index.${name}.users: the script makes secrets of letters and digits alone, no \`secret-form\``]
    : [];
  return [...served, ...mutual, ...trusted, ...shaped, ...packageReasons(`index.${name}.packages`, packages)];
}

function packageReasons(place: string, packages: readonly Package[]): string[] {
  return packages.flatMap((pkg) =>
    pkg.kind === "real" ||
    (pkg.listing?.filenames?.every((name) => name.endsWith(".whl")) ?? pkg.formats.every((format) => format === "wheel"))
      ? []
      : [`${place}: ${pkg.name}: the script builds wheels only, no sdists`],
  );
}

function venvReasons({ venv }: Scenario): string[] {
  if (venv.packages.length > 0) return ["venv.packages: the script installs nothing without the uv under test"];
  return venv.state === "synced" ? ['venv.state "synced": write the `uv sync` as the first step'] : [];
}

/** The script's probe sees calls of a keyring in Python; our run also those of a shell script in its place. */
function keyringReasons(scenario: Scenario): string[] {
  const judged = scenario.steps.some((step) => [...step.reproduced, ...step.healthy].some(({ kind }) => kind === "keyring"));
  if (!judged) return [];
  return writtenKeyrings(scenario).map((name) => `${name}: the script sees no calls of a keyring that it writes`);
}

/** The files of the scenario that may stand for the keyring on PATH. */
export function writtenKeyrings({ files, home, steps }: Scenario): string[] {
  const written = [...Object.keys(files), ...Object.keys(home), ...steps.flatMap((step) => Object.keys(step.write))];
  return written.filter((name) => /(^|\/)keyring$/.test(name));
}

function stepReasons(step: Step, at: number): string[] {
  const published = step.set.flatMap((change) =>
    change.kind === "publish" ? packageReasons(`index.${change.index}.packages`, [change.package]) : [],
  );
  const other = step.uv === undefined ? [] : [`step[${at}].uv: a script knows one uv, not "${step.uv}" besides`];
  const built = packageReasons(`step[${at}].dist`, step.dist ?? []);
  return [...other, ...built, ...published, ...[...step.reproduced, ...step.healthy].flatMap(conditionReasons)];
}

function conditionReasons(condition: Condition): string[] {
  switch (condition.kind) {
    case "stdout":
    case "stderr":
      return foreignPattern(condition.text.matches)
        ? [`${condition.path}: the script's judge is written in Python, whose expressions do not know this`]
        : [];
    case "request":
    case "final":
      return condition.match.httpVersion === undefined ? [] : [`${condition.path}: the script's index speaks HTTP/1.1 only`];
    default:
      return [];
  }
}

/** What JavaScript's expressions have and Python's read otherwise, or not at all. */
function foreignPattern(pattern: string | undefined): boolean {
  if (pattern === undefined) return false;
  // A repeated group that repeats or chooses inside may take Python for ever, and a run no longer than its text.
  if (/\((?:\\.|[^\\)])*[*+?{|](?:\\.|[^\\)])*\)[*+{]/.test(pattern.replaceAll("(?:", "("))) return true;
  // JavaScript sees two characters in one of these.
  if (/[\u{10000}-\u{10ffff}]/u.test(pattern)) return true;
  const pieces = pattern.match(/\[(?:\\[\s\S]|[^\]\\])*\]?|\(\?<?.?|\{,?|\\(?:x[0-9A-Fa-f]{2}|[\s\S])|[\s\S]/g) ?? [];
  return pieces.some((piece) => {
    if (piece.startsWith("[")) return foreignClass(piece);
    if (piece.startsWith("(?")) return !["(?:", "(?=", "(?!"].includes(piece);
    return piece === "{," || foreignEscape(piece);
  });
}

/** `[]` and `[^]` are whole classes in JavaScript, and `[\w-z]` is no range there and an error in Python. */
function foreignClass(text: string): boolean {
  const escapes = text.match(/\\(?:x[0-9A-Fa-f]{2}|[\s\S])/g) ?? [];
  return /^\[\^?\]|\[:|\\[dswDSW]-[^\]]|[^[^]-\\[dswDSW]/.test(text) || escapes.some((each) => each === "\\B" || foreignEscape(each));
}

/** `\A`, `\Z`, `\a` are letters in JavaScript; a reference to a group that took no part fits there and not in Python. */
function foreignEscape(piece: string): boolean {
  return /^\\[A-Za-z0-9]/.test(piece) && !/^\\(?:[bBdDfnrsStvwW]|x[0-9A-Fa-f]{2})$/.test(piece);
}

function supportedReasons({ supported }: Scenario): string[] {
  const plain = /^\s*(?:~=|[<>]=?|[!=]=)\s*\d+(?:\.\d+)*\s*$|^\s*[!=]=\s*\d+(?:\.\d+)*\.\*\s*$/;
  const foreign = (supported ?? "").split(",").filter((each) => each.trim() !== "" && !plain.test(each));
  return foreign.map((each) => `supported: the script compares plain releases only, not ${each.trim()}`);
}

function textReasons(scenario: Scenario): string[] {
  const texts = JSON.stringify([scenario.files, scenario.home, scenario.env, scenario.steps, scenario.keyring]);
  const reasons: string[] = [];
  const own = /\{\{\s*(ca|ca-folder|client-certificate|proxy-ca)\s*\}\}/.exec(texts)?.[1];
  if (own !== undefined) reasons.push(`{{${own}}}: the script's certificates are where it alone knows`);
  if (/\{\{\s*file\./.test(texts)) reasons.push("{{file.…}}: the address of a file is known only when the script runs");
  for (const [at, step] of scenario.steps.entries()) {
    if (step.venv === "active" && PATH.test(JSON.stringify([scenario.env, step.env, step.argv, step.write, step.stdin])))
      reasons.push(`step[${at}]: {{path}} of a step with the venv active is known only when it runs`);
  }
  return reasons;
}

/** What a shell's words cannot hold, or what `step` would take for something else. */
function wordReasons({ files, home, indexes, steps }: Scenario): string[] {
  const texts = [files, home, ...steps.flatMap((step) => [step.write, step.stdin === null ? {} : { stdin: step.stdin }])].flatMap(
    Object.entries<string>,
  );
  return [
    // Bash would drop it, and what is left might be the line that ends the text.
    ...texts.filter(([, text]) => text.includes("\0")).map(([name]) => `${name}: the text holds a NUL, which no shell script can`),
    ...indexes.flatMap((index) =>
      index.users
        .filter((user) => /\p{Cc}/u.test(user.name))
        .map((user) => `index.${index.name}: the name of the user ${JSON.stringify(user.name)} holds a control character`),
    ),
    ...steps.flatMap(({ argv: [command = ""] }, at) =>
      /=|^-/.test(command) ? [`step[${at}].run: the script would not take ${JSON.stringify(command)} for a command`] : [],
    ),
  ];
}

const PATH = /\{\{\s*path\s*\}\}/;
