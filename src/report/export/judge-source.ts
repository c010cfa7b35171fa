/**
 * The script's judge: runs a step's command, shows what it did, ends the run where a preparing step failed, and says at
 * the end what was expected and seen. It reads `STEPS` and `SUPPORTED`, written before it: `judge.py uv VERSION`, `judge.py
 * step N FOLDER NAME=VALUE… COMMAND…` and `judge.py end`. Nothing but `end` with 0 or 10 is a verdict: Python itself ends
 * with 1 where it fails.
 */
export function judgeSource({ files, leaks, supported }: JudgeParts): string {
  return JUDGE.replace("__LOOK__", () => (files || leaks ? LOOK : ""))
    .replace("__FILES__", () => (files ? FILES : ""))
    .replace("__LEAKS__", () => (leaks ? LEAKS : ""))
    .replace("__LOOK_AT_FILES__", () => (files ? LOOK_AT_FILES : ""))
    .replace("__LOOK_FOR_LEAKS__", () => (leaks ? LOOK_FOR_LEAKS : ""))
    .replace("__BEFORE__", () => (leaks ? BEFORE : ""))
    .replace("__SUPPORTS__", () => (supported ? SUPPORTS : ""))
    .replace("__ASKED__", () => (supported ? ASKED : ""))
    .replace("__ENTRIES__", () => `${files ? FILE_ENTRIES : ""}${leaks ? LEAK_ENTRIES : ""}`)
    .replace("__FITS__", () => `${files ? FILE_FITS : ""}${leaks ? LEAK_FITS : ""}`);
}

/** What the scenario's conditions look at beside outputs, requests and calls. */
export interface JudgeParts {
  readonly files: boolean;
  /** Reads `SECRETS`: names as conditions say them, and the variable of each. */
  readonly leaks: boolean;
  /** Reads `SUPPORTED`, a list of specifiers. */
  readonly supported: boolean;
}

const LOOK = String.raw`def keep(name, seen):
    with open(WORK + "/" + name, "w", encoding="utf-8") as file:
        json.dump(seen, file)


`;

const FILES = String.raw`def content(path):
    place = WORK + "/home/" + path[2:] if path.startswith("~/") else WORK + "/project/" + path
    if not os.path.exists(place):
        return None
    if not os.path.isfile(place) or not inside("", place):
        return ""
    with open(place, encoding="utf-8", errors="replace", newline="") as file:
        return file.read()


`;

const LEAKS = String.raw`def written():
    """What uv may have written a secret into: the project outside a venv, and what venvs and tools say of their origin."""
    tools = WORK + "/home/.local/share/uv/tools"
    installed = [tools]
    for root in (WORK + "/project", tools):
        for folder, folders, names in os.walk(root):
            folders[:] = [each for each in folders if each not in (".git", "__pycache__", "node_modules")]
            if "pyvenv.cfg" in names:
                installed.append(folder)
            for name in names:
                if name in ("direct_url.json", "uv-receipt.toml") or not any((folder + "/").startswith(each + "/") for each in installed):
                    yield folder + "/" + name


def secrets_in(text):
    found = set()
    decoded = unquote(unquote(text))
    for name, variable in SECRETS.items():
        value = os.environ[variable]
        cores = [b64encode(b" " * n + value.encode())[-(-n * 8 // 6):(n + len(value)) * 8 // 6].decode() for n in (0, 1, 2)]
        if value in text.lower():
            found.add((name, "plain"))
        elif value in decoded:
            found.add((name, "percent-encoded"))
        if any(core in text for core in cores):
            found.add((name, "base64"))
    return found


def secrets_in_files():
    found = []
    for path in written():
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        except (OSError, ValueError):
            continue
        where = path[len(WORK + "/project/"):] if path.startswith(WORK + "/project/") else "~" + path[len(WORK + "/home"):]
        found += [[where, *each] for each in secrets_in(text)]
    return found


`;

const LOOK_AT_FILES = String.raw`    conditions = STEPS[step]["reproduced"] + STEPS[step]["healthy"]
    paths = [path for each in conditions if each["kind"] == "file" for path in each["match"]["path"]]
    keep("%d.files" % step, [dict(path=path, content=content(path)) for path in paths])
`;

const LOOK_FOR_LEAKS = String.raw`    leaks = [each for each in secrets_in_files() if each not in before]
    leaks += [[where, *each] for where in ("stdout", "stderr") for each in secrets_in(read("%d.%s" % (step, where)))]
    for where, secret, form in leaks:
        print("  the secret of %s is written in the clear: %s (%s)" % (secret, where, form))
    keep("%d.leaks" % step, [{"where": where, "secret": secret} for where, secret, form in leaks])
`;

const BEFORE = String.raw`    before = secrets_in_files()
`;

const FILE_ENTRIES = String.raw`    if kind == "file":
        entries = json.loads(read("%d.files" % step))
`;

const LEAK_ENTRIES = String.raw`    if kind == "leak":
        entries = json.loads(read("%d.leaks" % step))
`;

const FILE_FITS = String.raw`    if key == "exists":
        return (entry["content"] is not None) == wanted
    if key == "contains":
        return entry["content"] is not None and wanted in entry["content"]
    if key == "lacks":
        return entry["content"] is not None and wanted not in entry["content"]
`;

const LEAK_FITS = String.raw`    if key == "where":
        return like(value, wanted)
    if key == "secret":
        return value in (wanted, wanted + " (stale)") or value.startswith(wanted + ".")
`;

const SUPPORTS = String.raw`def supports(version):
    """Whether the scenario is about this release: a specifier set of plain releases, as PEP 440 has it."""
    plain = re.fullmatch(r"(\d+(?:\.\d+)*)(?:\+.*)?", version)
    if not plain:
        return False

    def release(text, length=8):
        return tuple(([int(part) for part in text.split(".")] + [0] * length)[:length])

    own = release(plain[1])
    for specifier in SUPPORTED:
        compare, wanted = re.fullmatch(r"\s*(~=|[<>=!]=|[<>])\s*(.+?)\s*", specifier).groups()
        stem = wanted[:-2] if wanted.endswith(".*") else wanted.rpartition(".")[0]
        alike = own[:stem.count(".") + 1] == release(stem, stem.count(".") + 1) if stem else False
        least = release(wanted.replace(".*", ""))
        same = alike if wanted.endswith(".*") else own == least
        fits = {"==": same, "!=": not same, "~=": alike and own >= least,
                ">=": own >= least, "<=": own <= least,
                ">": own > least, "<": own < least}
        if not fits[compare]:
            return False
    return True


`;

const ASKED = String.raw`if sys.argv[1] == "uv":
    sys.exit(0 if supports(sys.argv[2]) else 3)
`;

const JUDGE = String.raw`def read(name):
    try:
        with open(WORK + "/" + name, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def requests(step):
    seen = [entry for entry in map(json.loads, read("requests").splitlines()) if entry["step"] == step]
    last = {(entry["method"], entry["url"]): number for number, entry in enumerate(seen)}
    for number, entry in enumerate(seen):
        redirect = 300 <= entry["status"] < 400 and entry["status"] != 304
        not_offered = entry["method"] == "HEAD" and entry["status"] in (405, 501)
        entry["final"] = last[entry["method"], entry["url"]] == number and not redirect and not not_offered
    return seen


def inside(folder, path):
    return os.path.realpath(path).startswith(os.path.realpath(WORK + "/" + folder).rstrip("/") + "/")


def origin(prefix):
    if inside("", prefix + "/."):
        prefix += "/"
        if inside("tool", prefix + ".x") or inside("home/.local/share/uv/tools", prefix + ".x"):
            return "tool"
        return "other" if inside("home/.cache/uv", prefix + ".x") or inside("tmp", prefix + ".x") else "venv"
    return "other"


def keyring(step):
    calls, running = [], {}
    for entry in map(json.loads, read("%d.keyring" % step).splitlines()):
        if entry["event"] == "begin":
            words, skip = [], False
            for word in entry["argv"]:
                if not skip and not word.startswith("-"):
                    words.append(word)
                skip = not skip and word in ("-b", "--keyring-backend", "-p", "--keyring-path", "--mode", "--output")
            operation, service, user = (words + ["", "", ""])[:3]
            call = dict(argv=entry["argv"], operation=operation, service=service, user=user, args=entry["argv"],
                        raised=None, exit=None, finished=False)
            call["from"] = origin(entry["prefix"])
            running[entry["pid"]] = call
            calls.append(call)
        elif entry["pid"] in running:
            running[entry["pid"]].update(raised=entry["raised"], exit=entry["exit"], finished=True)
    return calls


__LOOK____FILES____LEAKS__def plain(text):
    text = re.sub("\x1b\\[[0-9;]*m|[\u2500-\u257f\u25b6]|(?<!\\S)\u00d7(?!\\S)", " ", text)
    return " ".join(text.split())


def like(value, wanted):
    return fnmatch.fnmatchcase(value, wanted.replace("[", "[[]").replace("?", "[?]")) if "*" in wanted else value == wanted


def fits(key, wanted, entry):
    value = entry.get(key)
    if key == "index":
        return (value or "default") == wanted
    if key == "url":
        return like(value, wanted) if "*" in wanted else wanted in value
    if key == "host":
        return urlsplit(entry["url"]).hostname == wanted
    if key == "range":
        return (value is not None) == wanted
    if key in ("service", "args"):
        values = value if isinstance(value, list) else [value]
        return any(like(each, wanted) for each in values)
    if key == "raised":
        return entry["finished"] and value is None if wanted == "nothing" else value is not None and value == wanted.rpartition(".")[2]
__FITS__    return value == wanted


SELECT = ("index", "method", "url", "host", "range", "operation", "service", "path")


def holds(condition, step):
    kind = condition["kind"]
    if kind == "exit":
        return exit_fits(condition["exit"], int(read("%d.exit" % step)))
    if kind in ("stdout", "stderr"):
        text = plain(read("%d.%s" % (step, kind)))
        contains, lacks = condition.get("contains"), condition.get("lacks", [])
        if condition.get("matches") and not re.search(condition["matches"], text, re.ASCII):
            return False
        return (contains is None or any(plain(each) in text for each in contains)) and not any(plain(each) in text for each in lacks)
    entries = keyring(step) if kind == "keyring" else [e for e in requests(step) if kind == "request" or e["final"]]
__ENTRIES__    def passes(entry, keys):
        return all((all if key == "lacks" else any)(fits(key, each, entry) for each in wanted)
                   for key, wanted in condition["match"].items() if key in keys)
    selected = [entry for entry in entries if passes(entry, SELECT)]
    matching = [entry for entry in selected if passes(entry, set(condition["match"]) - set(SELECT))]
    if condition["quantifier"] == "every":
        return bool(selected) and len(matching) == len(selected)
    low, high = {"any": (1, None), "none": (0, 0)}.get(condition["quantifier"]) or condition["count"]
    return len(matching) >= low and (high is None or len(matching) <= high)


def exit_fits(wanted, status):
    return True if wanted == "any" else status != 0 if wanted == "nonzero" else status in wanted


def find(word, variables, folder):
    """As the step's own PATH has it."""
    places = [""] if "/" in word else [each for each in variables.get("PATH", "").split(":") if each]
    files = [os.path.join(folder, place, word) for place in places]
    return next((file for file in files if os.path.isfile(file) and os.access(file, os.X_OK)), None)


def run(step, folder, variables, command):
    """The command with these variables and no others; what kept it from an end of its own, if anything."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        return "its folder cannot be made: %s" % error
    file = find(command[0], variables, folder)
    if file is None:
        return "%s is not on the step's PATH" % command[0]
    with open(WORK + "/%d.stdout" % step, "wb") as stdout, open(WORK + "/%d.stderr" % step, "wb") as stderr:
        try:
            status = subprocess.run([file, *command[1:]], cwd=folder, env=variables, stdout=stdout, stderr=stderr).returncode
        except OSError as error:
            return "%s could not be started: %s" % (command[0], error)
    with open(WORK + "/%d.exit" % step, "w") as exit:
        exit.write("null" if status < 0 else str(status))
    return "it was ended by signal %d" % -status if status < 0 else None


REFUSALS = ("unrecognized subcommand '(.+)'", "unexpected argument '(.+)' found", r"Found argument '(.+)' which wasn't expected\b.*",
            "The subcommand '(.+)' wasn't recognized")


def refused(step, words):
    """The command or option that this uv's argument parser does not know."""
    program, *words = words
    errors = re.sub("\x1b\\[[0-9;]*m", "", read("%d.stderr" % step))
    if read("%d.exit" % step) != "2" or not re.fullmatch(r"(.*/)?uvx?", program) or not re.search(r"(?im)^usage:\s+uvx?(\s|$)", errors):
        return None
    for line in errors.splitlines():
        for refusal in REFUSALS:
            match = re.fullmatch("error: " + refusal, line)
            option = match and match[1]
            short = option and len(option) == 2 and option[0] == "-" and option[1].isalpha() and option[1]
            for word in words if option else []:
                if word == option or (option[:2] == "--" and word.startswith(option + "=")) or (
                        short and re.match("-[A-Za-z]", word) and short in word):
                    return option
    return None


def killed_inside(step):
    """137 is what a shell or uv run ends with when the command in it got SIGKILL, unless it is what the step is about."""
    conditions = STEPS[step]["reproduced"] + STEPS[step]["healthy"]
    wanted = [STEPS[step]["exit"], *(each["exit"] for each in conditions if each["kind"] == "exit")]
    if read("%d.exit" % step) != "137" or (not conditions and wanted == ["any"]):
        return False
    return not any(isinstance(each, list) and 137 in each for each in wanted)


def trouble(why):
    print("  no verdict: " + why)
    with open(WORK + "/trouble", "a") as file:
        file.write(why + "\n")


def show(step, folder, words):
    first = next(n for n, word in enumerate(words) if "=" not in word)
    variables, command = dict(word.split("=", 1) for word in words[:first]), words[first:]
__BEFORE__    ended = run(step, folder, variables, command)
    sys.stdout.write(read("%d.stdout" % step) + read("%d.stderr" % step))
    print("  exit status", read("%d.exit" % step) or "none")
    for entry in requests(step):
        user = " (%s)" % entry["user"] if entry["user"] else ""
        print("  %(method)s %(url)s: %(status)s, authorization" % entry, entry["authorization"] + user)
    for call in keyring(step):
        print("  keyring of the %s:" % call["from"], *call["argv"], "-> exit status", call["exit"], "raised", call["raised"] or "nothing")
__LOOK_AT_FILES____LOOK_FOR_LEAKS__    if ended:
        trouble("step %d: %s" % (step + 1, ended))
        sys.exit(1)
    option = refused(step, command)
    if option:
        trouble("step %d: this uv does not know %s" % (step + 1, option))
    if killed_inside(step):
        trouble("step %d: a command in it was killed" % (step + 1))
    expected = STEPS[step]
    if not expected["reproduced"] and not expected["healthy"] and not exit_fits(expected["exit"], int(read("%d.exit" % step))):
        print("  this step prepares the others and did not go as it should")
        sys.exit(1)


def weigh():
    ran = all(read("%d.exit" % step) for step in range(len(STEPS)))
    troubles = read("trouble").splitlines()
    verdicts = {}
    print()
    for side in ("reproduced", "healthy"):
        verdicts[side] = ran and not troubles and any(step[side] for step in STEPS)
        for number, step in enumerate(STEPS):
            for condition in step[side] if not troubles else []:
                held = bool(read("%d.exit" % number)) and holds(condition, number)
                verdicts[side] = verdicts[side] and held
                print("%-10s step %d, %s: %s" % (side, number + 1, condition["words"], "yes" if held else "no"))
    if os.environ.get("JOURNAL"):
        done = [n for n in range(len(STEPS)) if read("%d.exit" % n)]
        steps = [dict(exit=read("%d.exit" % n), requests=requests(n), keyring=keyring(n)) for n in done]
        with open(os.environ["JOURNAL"], "w") as file:
            file.write(json.dumps(steps) + "\n")
    for why in troubles:
        print("=> neither: " + why)
    if verdicts["reproduced"] == verdicts["healthy"]:
        if not troubles:
            print("=> neither: this run says nothing")
        sys.exit(125)
    print("=> the bug" if verdicts["reproduced"] else "=> healthy")
    sys.exit(10 if verdicts["reproduced"] else 0)


__SUPPORTS__# Ctrl-C ends the script, without a traceback of ours.
signal.signal(signal.SIGINT, signal.SIG_DFL)
sys.stdout.reconfigure(errors="replace")
__ASKED__if sys.argv[1] == "step":
    show(int(sys.argv[2]), sys.argv[3], sys.argv[4:])
else:
    weigh()
`;
