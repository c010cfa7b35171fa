import { WITH_VALUE } from "../condition/keyring.ts";
import { CHILD_ENDED, ENDED_INSIDE, endedInside, EXHAUSTED, outputTexts } from "../judge/machine.ts";
import { ownNames, ownWords, REFUSALS, REFUSED_VALUE, USAGE } from "../judge/refusal.ts";
import { DISGUISES, SEQUENCE, STRIPPED, UNSEEN } from "../observation/disguise.ts";
import { PREFIX, WRITTEN } from "../observation/redact.ts";
import { FRAME, SPACE } from "../observation/text.ts";
import type { Scenario } from "../scenario/model.ts";
import { pythonLiteral } from "./python-literal.ts";
import { imports, partsFor, pythonPattern, type PythonParts } from "./python-source.ts";
import { supportsSource } from "./supports-source.ts";

export interface JudgeOptions {
  /** What `expectationsSource` made, which stands before the judge. */
  readonly expectations: string;
  /** Calls of keyring are recorded. */
  readonly keyring: boolean;
  /** The variable of each secret by its label, where leaks are looked for. */
  readonly secrets: Readonly<Record<string, string>> | null;
}

/**
 * The script's judge: runs a step's command, shows what it did, ends the run where a preparing step failed, and says at
 * the end what was expected and seen: `judge.py uv VERSION`, `judge.py step N FOLDER NAME=VALUE… COMMAND…` and `judge.py
 * end`. Nothing but `end` with 0 or 10 is a verdict: Python itself ends with 1 where it fails. It has the parts that the
 * scenario needs, and shares with our own judge what tells trouble from a verdict.
 */
export function judgeSource(scenario: Scenario, { expectations, keyring, secrets }: JudgeOptions): string {
  const prepares = expectations.includes("def prepares(") ? "prepares(step, exit_of(step))" : "exit_of(step) == 0";
  const main = [
    showSource({ keyring, leaks: secrets !== null, prepares }),
    weighSource(keyring),
    mainSource(scenario.supported !== null),
  ].join("\n\n\n");
  const own = numbered(scenario, ownWordsOf);
  const about = numbered(scenario, aboutOf);
  const parts: PythonParts = {
    OWN_WORDS: `OWN_WORDS = ${own}  # how many words after the command uv reads itself, where not all`,
    ABOUT: `ABOUT = ${about}  # statuses and words that a step is about: no trouble`,
    SECRETS: `SECRETS = ${pythonLiteral(secrets)}`,
    ...PARTS,
    supports: supportsSource(scenario.supported ?? ""),
    refused: refusedSource(own === "{}" ? "" : "[:OWN_WORDS.get(step)]", [
      ...new Set(scenario.steps.flatMap(({ argv }) => ownNames(argv))),
    ]),
    machine: machineSource(about !== "{}"),
  };
  const program = [partsFor(`${expectations}\n${main}`, parts), main].join("\n\n\n");
  return `${imports(`${expectations}\n${program}`)}\n\nWORK = os.environ["WORK"]\n${program}`;
}

/** By step, from 1; steps of which there is nothing to say are left out. */
function numbered(scenario: Scenario, what: (step: Scenario["steps"][number]) => unknown): string {
  const entries = scenario.steps.flatMap((step, at) => {
    const value = what(step);
    return value === null ? [] : [`${at + 1}: ${pythonLiteral(value)}`];
  });
  return `{${entries.join(", ")}}`;
}

function ownWordsOf({ argv }: Scenario["steps"][number]): number | null {
  const count = ownWords(argv);
  return count < argv.length - 1 ? count : null;
}

function aboutOf(step: Scenario["steps"][number]): readonly (number | string)[] | null {
  const amiss = endedInside(step);
  const about = [...ENDED_INSIDE.filter((status) => !amiss.includes(status)), ...outputTexts(step).filter(isOfTrouble)];
  return about.length === 0 ? null : about;
}

function isOfTrouble(text: string): boolean {
  return new RegExp(`${EXHAUSTED.source}|${CHILD_ENDED.source.replace(String.raw`\b`, "")}`, "i").test(text);
}

function showSource(uses: {
  readonly keyring: boolean;
  readonly leaks: boolean;
  /** Whether a step that prepares the others did. */ readonly prepares: string;
}): string {
  return [
    "def show(step, folder, words):",
    '    first = next(n for n, word in enumerate(words) if "=" not in word)',
    '    variables, command = dict(word.split("=", 1) for word in words[:first]), words[first:]',
    ...(uses.leaks ? ["    before = secrets_in_files()"] : []),
    "    ended = run(step, folder, variables, command)",
    '    sys.stdout.write(read("%d.stdout" % step) + read("%d.stderr" % step))',
    '    print("  exit status", read("%d.exit" % step) or "none")',
    "    for r in requests(step):",
    '        user = " (%s)" % r["user"] if r["user"] else ""',
    '        print("  %(method)s %(url)s: %(status)s, authorization" % r, r["authorization"] + user)',
    ...(uses.keyring
      ? [
          "    for k in calls(step):",
          '        print("  keyring of the %s:" % k["from"], *k["argv"], "-> exit status", k["exit"], "raised", k["raised"] or "nothing")',
        ]
      : []),
    ...(uses.leaks
      ? [
          "    LEAKS.extend(leak for leak in secrets_in_files() + secrets_in_outputs(step) if leak not in before)",
          "    for leak in LEAKS:",
          '        print("  the secret of %(secret)s is written in the clear: %(where)s (%(form)s)" % leak)',
        ]
      : []),
    "    amiss = ended or refused(step, command) or machine(step)",
    `    failed = ended or step not in JUDGED and not ${uses.prepares}`,
    "    if failed and not amiss:",
    '        amiss = "it prepares the others, and exited with %d" % exit_of(step)',
    "    if amiss:",
    '        print("  no verdict:", amiss)',
    '        note("trouble", "step %d: %s" % (step, amiss))',
    "    if failed:",
    "        sys.exit(1)",
    "    for side, words, holds in JUDGED[step]() if step in JUDGED else ():",
    '        note("seen", json.dumps([step, side, words, bool(holds)]))',
    '    note("done", "")',
  ].join("\n");
}

function weighSource(keyring: boolean): string {
  return String.raw`def weigh():
    troubles = read("trouble").splitlines()
    seen = [json.loads(line) for line in read("seen").splitlines()]
    verdicts = []
    for verdict in ("the bug", "healthy"):
        conditions = [(step, words, holds) for step, side, words, holds in seen if side == verdict]
        if conditions and not troubles:
            print("\n%s, where all of these hold:" % verdict)
            for step, words, holds in conditions:
                print("  %-3s  step %d: %s" % ("yes" if holds else "no", step, words))
        if conditions and all(holds for _, _, holds in conditions):
            verdicts.append(verdict)
    if os.environ.get("JOURNAL"):
        steps = [dict(exit=read("%d.exit" % n), requests=requests(n), keyring=${keyring ? "calls(n)" : "[]"})
                 for n in range(1, STEPS + 1) if read("%d.exit" % n)]
        with open(os.environ["JOURNAL"], "w") as file:
            file.write(json.dumps(steps) + "\n")
    print()
    if not troubles and len(read("done").splitlines()) < STEPS:
        troubles = ["not every step came to its end"]
    elif not troubles and len(verdicts) != 1:
        troubles = ["both hold" if verdicts else "neither of them holds"]
    for why in troubles:
        print("=> neither: " + why)
    if troubles:
        sys.exit(125)
    print("=> " + verdicts[0])
    sys.exit(10 if verdicts[0] == "the bug" else 0)`;
}

function mainSource(supported: boolean): string {
  return `# Ctrl-C ends the script, without a traceback of ours.
signal.signal(signal.SIGINT, signal.SIG_DFL)
sys.stdout.reconfigure(errors="replace")
${supported ? 'if sys.argv[1] == "uv":\n    sys.exit(0 if supports(sys.argv[2]) else 3)\n' : ""}if sys.argv[1] == "step":
    show(int(sys.argv[2]), sys.argv[3], sys.argv[4:])
else:
    weigh()`;
}

/** `names`: of commands that a step has by another name. */
function refusedSource(ownWords: string, names: readonly string[]): string {
  return String.raw`def refused(step, command):
    """Whether uv's argument parser does not know a word of the command; said as a reason."""
    words = command[1:]${ownWords}
    errors = without_codes(read("%d.stderr" % step))
    value = re.search(REFUSED_VALUE, errors)
    if exit_of(step) == 2 and value and any(word == value[1] or word.endswith("=" + value[1]) for word in words):
        return "this uv does not know " + value[1]
    usage = re.search(USAGE, errors)
    if exit_of(step) != 2 or not re.fullmatch("(.*/)?uvx?", command[0]) or not usage:
        return None
    if not all(each in (*words, ${["tool", "uvx", ...names].map((name) => `"${name}"`).join(", ")}) for each in usage[2].split()):
        return None
    for said in (re.search(refusal, line) for line in errors.split("\n") for refusal in REFUSALS):
        if said and any(is_written_as(word, said[1]) for word in words):
            return "this uv does not know " + said[1]
    return None`;
}

/** `about`: some step is about what is trouble elsewhere. */
function machineSource(about: boolean): string {
  return [
    "def machine(step):",
    '    """What the machine did to a step that ended by itself."""',
    '    status, errors = exit_of(step), plain(read("%d.stderr" % step))',
    `    if status in ENDED_INSIDE${about ? " and status not in ABOUT.get(step, ())" : ""}:`,
    '        return "exit status %d: a command in it was ended by a signal" % status',
    "    for said in (re.search(pattern, errors) for pattern in (EXHAUSTED, CHILD_ENDED) if status != 0):",
    about ? "        if said and not any(said[0].lower() in str(each) for each in ABOUT.get(step, ())):" : "        if said:",
    "            return said[0]",
    "    return None",
  ].join("\n");
}

function disguise({ what }: (typeof DISGUISES)[number]): string {
  const named = Object.entries({ SEQUENCE, STRIPPED, UNSEEN }).reduce((text, [name, part]) => text.replace(part, `{${name}}`), what.source);
  return `rf"${named}"`;
}

const PARTS: PythonParts = {
  CODES: String.raw`CODES = r"\x1b\][\s\S]*?(?:\x07|\x1b\\|\x9c)|[\x1b\x9b][\[\]()#;?]*(?:[0-9]{1,4}(?:[;:][0-9]{0,4})*)?[0-9A-PR-TZcf-nq-uy=><~]"  # of a terminal`,
  SPACE: `SPACE = ${pythonPattern(SPACE)}`,
  FRAME: `FRAME = ${pythonPattern(FRAME)}  # what uv draws around causes`,
  ENDED_INSIDE: `ENDED_INSIDE = (${ENDED_INSIDE.join(", ")})  # what a shell, or uv run, makes of a signal`,
  EXHAUSTED: `EXHAUSTED = ${pythonPattern(EXHAUSTED)}`,
  CHILD_ENDED: `CHILD_ENDED = ${pythonPattern(CHILD_ENDED)}`,
  REFUSALS: `REFUSALS = [\n${REFUSALS.map((refusal) => `    ${pythonPattern(refusal)},`).join("\n")}\n]`,
  REFUSED_VALUE: `REFUSED_VALUE = ${pythonPattern(REFUSED_VALUE)}`,
  USAGE: `USAGE = ${pythonPattern(USAGE)}`,
  PREFIX: `PREFIX = ${pythonPattern(PREFIX)}  # what a secret says of itself`,
  WRITTEN: `WRITTEN = ${pythonPattern(new RegExp(WRITTEN))}  # every way to write a letter`,
  UNSEEN: `UNSEEN = ${pythonPattern(new RegExp(UNSEEN))}`,
  SEQUENCE: `SEQUENCE = ${pythonPattern(new RegExp(SEQUENCE))}`,
  STRIPPED: `STRIPPED = ${pythonPattern(new RegExp(STRIPPED))}`,
  DISGUISES: `DISGUISES = [${DISGUISES.map(disguise).join(", ")}]  # what may stand amid a secret unseen`,
  LEAKS: "LEAKS = []  # of this step",

  read: String.raw`def read(name):
    try:
        with open(WORK + "/" + name, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""`,

  note: String.raw`def note(name, line):
    with open(WORK + "/" + name, "a", encoding="utf-8") as file:
        file.write(line + "\n")`,

  exit_of: String.raw`def exit_of(step):
    return int(read("%d.exit" % step))`,

  requests: String.raw`def requests(step):
    return [r for r in map(json.loads, read("requests").splitlines()) if r["step"] == step]`,

  final: String.raw`def final(step):
    """The last answer to each method and URL, but for those that only say where or how to ask instead."""
    last = {(r["method"], r["url"]): r for r in requests(step)}.values()
    return [r for r in last if not (300 <= r["status"] < 400 and r["status"] != 304)
            and not (r["method"] == "HEAD" and r["status"] in (405, 501))]`,

  every: String.raw`def every(holds):
    """Of at least one."""
    holds = list(holds)
    return bool(holds) and all(holds)`,

  calls: String.raw`def calls(step):
    """Of keyring, as the probe has recorded them."""
    found, running = [], {}
    for entry in map(json.loads, read("%d.keyring" % step).splitlines()):
        if entry["event"] == "begin":
            words, skip = [], False
            for word in entry["argv"]:
                if not skip and not word.startswith("-"):
                    words.append(word)
                skip = not skip and word in (${[...WITH_VALUE].map((option) => JSON.stringify(option)).join(", ")})
            operation, service, user = (words + ["", "", ""])[:3]
            call = dict(argv=entry["argv"], operation=operation, service=service, user=user, raised=None, exit=None, finished=False)
            call["from"] = origin(entry["prefix"])
            running[entry["pid"]] = call
            found.append(call)
        elif entry["pid"] in running:
            running[entry["pid"]].update(raised=entry["raised"], exit=entry["exit"], finished=True)
    return found`,

  origin: String.raw`def origin(prefix):
    """Whose keyring it is, by where its Python is."""
    if inside("tool", prefix + "/.x") or inside("home/.local/share/uv/tools", prefix + "/.x"):
        return "tool"
    passing = inside("home/.cache/uv", prefix + "/.x") or inside("tmp", prefix + "/.x")
    return "venv" if inside("", prefix + "/.x") and not passing else "other"`,

  content: String.raw`def content(path):
    """A file's text; None where there is none."""
    place = WORK + "/home/" + path[2:] if path.startswith("~/") else WORK + "/project/" + path
    if not os.path.exists(place):
        return None
    if not os.path.isfile(place) or not inside("", place):
        return ""
    with open(place, encoding="utf-8", errors="replace", newline="") as file:
        return plain(file.read())`,

  inside: String.raw`def inside(folder, path):
    return os.path.realpath(path).startswith(os.path.realpath(WORK + "/" + folder).rstrip("/") + "/")`,

  output: String.raw`def output(step, name):
    return plain(read("%d.%s" % (step, name)))`,

  plain: String.raw`def plain(text):
    """In one line, without colours and the frames that uv draws."""
    return re.sub(SPACE, " ", re.sub(FRAME, " ", without_codes(text))).strip(" ")`,

  without_codes: String.raw`def without_codes(text):
    return re.sub(CODES, "", text)`,

  secrets_in_files: String.raw`def secrets_in_files():
    found = []
    for path in written():
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        if "\0" not in text[:8192]:
            below = os.path.relpath(path, WORK + "/project")
            found += secrets_in("~" + path[len(WORK + "/home"):] if below.startswith("..") else below, text)
    return found`,

  written: String.raw`def written():
    """What uv may have written a secret into: the project outside a venv, and what venvs and tools say of their origin."""
    tools = WORK + "/home/.local/share/uv/tools"
    installed = [tools]
    for root in (WORK + "/project", tools):
        for folder, folders, names in os.walk(root):
            folders[:] = [each for each in folders if each not in (".git", "__pycache__", "node_modules")]
            if "pyvenv.cfg" in names:
                installed.append(folder)
            for path in (folder + "/" + name for name in names):
                of_origin = path.endswith(("/direct_url.json", "/uv-receipt.toml"))
                if (of_origin or not any(path.startswith(each + "/") for each in installed)) and os.path.isfile(path) and not os.path.islink(path):
                    yield path`,

  secrets_in_outputs: String.raw`def secrets_in_outputs(step):
    return [leak for name in ("stdout", "stderr") for leak in secrets_in(name, read("%d.%s" % (step, name)))]`,

  secrets_in: String.raw`def secrets_in(where, text):
    """Every form in which a secret stands there, torn by line ends or a terminal's codes or not."""
    found = []
    for bare in [text, *(re.sub(pattern, "", text) for pattern in DISGUISES)]:
        for secret, variable in SECRETS.items():
            found += [dict(where=where, secret=secret, form=form) for form in forms_of(os.environ[variable], bare)]
    return [leak for at, leak in enumerate(found) if leak not in found[:at]]`,

  forms_of: String.raw`def forms_of(secret, text):
    value = re.sub(PREFIX, "", secret)
    cores = [base64.b64encode(b" " * n + value.encode())[-(-n * 8 // 6):(n + len(value)) * 8 // 6].decode() for n in (0, 1, 2)]
    if any(core in text for core in cores):
        yield "base64"
    if value.encode().hex() in text.lower():
        yield "hex"
    if value in text.lower() or re.search(r"[%\\&]", text):
        for match in re.finditer("(?:%s)?%s" % (any_writing(secret[:-len(value)]), any_writing(value)), text, re.I):
            yield "percent-encoded" if "%" in match[0] else "escaped" if re.search(r"[\\&]", match[0]) else "plain"`,

  any_writing: String.raw`def any_writing(text):
    written = []
    for letter in text:
        both = letter.lower() + letter.upper()
        one = WRITTEN.replace("HEX", "|".join("%x" % ord(each) for each in both))
        written.append(one.replace("DECIMAL", "|".join(str(ord(each)) for each in both)).replace("LETTER", letter))
    return "".join(written)`,

  run: String.raw`def run(step, folder, variables, command):
    """The command with these variables and no others; what kept it from an end of its own, if anything."""
    try:
        os.makedirs(folder, exist_ok=True)
        with open(WORK + "/%d.stdout" % step, "wb") as stdout, open(WORK + "/%d.stderr" % step, "wb") as stderr:
            process = subprocess.Popen(command, cwd=folder, env=variables, stdout=stdout, stderr=stderr)
            ends = [each for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) == signal.SIG_DFL]
            for each in ends:  # the command too: uv run passes it on
                signal.signal(each, lambda *_: (process.terminate(), os._exit(1)))
            status = process.wait()
            for each in ends:
                signal.signal(each, signal.SIG_DFL)
    except OSError as error:
        return "%s could not be started: %s" % (command[0], error)
    with open(WORK + "/%d.exit" % step, "w") as exit:
        exit.write("null" if status < 0 else str(status))
    return "it was ended by signal %d" % -status if status < 0 else None`,

  is_written_as: String.raw`def is_written_as(word, refused):
    """Without a long option's value; a short one may stand among others."""
    short = re.fullmatch("-([A-Za-z])", refused) and re.match("-[A-Za-z]", word)
    return word == refused or (refused[:2] == "--" and word.startswith(refused + "=")) or bool(short and refused[1] in word)`,
};
