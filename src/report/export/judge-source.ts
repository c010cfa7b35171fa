/**
 * The script's judge: shows what a step did, ends the run where a preparing step failed, and says at the end what was
 * expected and seen. It reads `STEPS`, written before it; `judge.py step N` and `judge.py end`,
 * and `judge.py before N` where leaks are looked for.
 */
export function judgeSource({ files, leaks }: JudgeParts): string {
  return JUDGE.replace("__LOOK__", () => (files || leaks ? LOOK : ""))
    .replace("__FILES__", () => (files ? FILES : ""))
    .replace("__LEAKS__", () => (leaks ? LEAKS : ""))
    .replace("__LOOK_AT_FILES__", () => (files ? LOOK_AT_FILES : ""))
    .replace("__LOOK_FOR_LEAKS__", () => (leaks ? LOOK_FOR_LEAKS : ""))
    .replace("__BEFORE__", () => (leaks ? BEFORE : ""))
    .replace("__ENTRIES__", () => `${files ? FILE_ENTRIES : ""}${leaks ? LEAK_ENTRIES : ""}`)
    .replace("__FITS__", () => `${files ? FILE_FITS : ""}${leaks ? LEAK_FITS : ""}`);
}

/** What the scenario's conditions look at beside outputs, requests and calls. */
export interface JudgeParts {
  readonly files: boolean;
  /** Reads \`SECRETS\`: names as conditions say them, and the variable of each. */
  readonly leaks: boolean;
}

const LOOK = String.raw`def keep(name, seen):
    with open(WORK + "/" + name, "w", encoding="utf-8") as file:
        json.dump(seen, file)


`;

const FILES = String.raw`def content(path):
    place = WORK + "/home/" + path[2:] if path.startswith("~/") else WORK + "/project/" + path
    try:
        with open(place, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return None


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

const LOOK_FOR_LEAKS = String.raw`    before = json.loads(read("%d.before" % step))
    leaks = [each for each in secrets_in_files() if each not in before]
    leaks += [[where, *each] for where in ("stdout", "stderr") for each in secrets_in(read("%d.%s" % (step, where)))]
    for where, secret, form in leaks:
        print("  the secret of %s is written in the clear: %s (%s)" % (secret, where, form))
    keep("%d.leaks" % step, [{"where": where, "secret": secret} for where, secret, form in leaks])
`;

const BEFORE = String.raw`if sys.argv[1] == "before":
    keep(sys.argv[2] + ".before", secrets_in_files())
    sys.exit()
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
        return fnmatch.fnmatchcase(value, wanted) if "*" in wanted else value == wanted
    if key == "secret":
        return value in (wanted, wanted + " (stale)") or value.startswith(wanted + ".")
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


def fits(key, wanted, entry):
    value = entry.get(key)
    if key == "index":
        return (value or "default") == wanted
    if key == "url":
        return fnmatch.fnmatchcase(value, wanted.replace("[", "[[]").replace("?", "[?]")) if "*" in wanted else wanted in value
    if key == "host":
        return urlsplit(entry["url"]).hostname == wanted
    if key == "range":
        return (value is not None) == wanted
    if key in ("service", "args"):
        values = value if isinstance(value, list) else [value]
        return any(fnmatch.fnmatchcase(each, wanted) if "*" in wanted else each == wanted for each in values)
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


def show(step):
    print("  exit status", read("%d.exit" % step).strip())
    for entry in requests(step):
        user = " (%s)" % entry["user"] if entry["user"] else ""
        print("  %(method)s %(url)s: %(status)s, authorization" % entry, entry["authorization"] + user)
    for call in keyring(step):
        print("  keyring of the %s:" % call["from"], *call["argv"], "-> exit status", call["exit"], "raised", call["raised"] or "nothing")
__LOOK_AT_FILES____LOOK_FOR_LEAKS__    expected = STEPS[step]
    if not expected["reproduced"] and not expected["healthy"] and not exit_fits(expected["exit"], int(read("%d.exit" % step))):
        print("  this step prepares the others and did not go as it should")
        sys.exit(1)


def weigh():
    ran = all(read("%d.exit" % step) for step in range(len(STEPS)))
    verdicts = {}
    print()
    for side in ("reproduced", "healthy"):
        verdicts[side] = ran and any(step[side] for step in STEPS)
        for number, step in enumerate(STEPS):
            for condition in step[side]:
                held = bool(read("%d.exit" % number)) and holds(condition, number)
                verdicts[side] = verdicts[side] and held
                print("%-10s step %d, %s: %s" % (side, number + 1, condition["words"], "yes" if held else "no"))
    if os.environ.get("JOURNAL"):
        steps = [dict(exit=read("%d.exit" % n).strip(), requests=requests(n), keyring=keyring(n)) for n in range(len(STEPS))]
        with open(os.environ["JOURNAL"], "w") as file:
            file.write(json.dumps(steps) + "\n")
    if verdicts["reproduced"] == verdicts["healthy"]:
        print("=> neither: this run says nothing")
        sys.exit(125)
    print("=> the bug" if verdicts["reproduced"] else "=> healthy")
    sys.exit(1 if verdicts["reproduced"] else 0)


__BEFORE__show(int(sys.argv[2])) if sys.argv[1] == "step" else weigh()
`;
