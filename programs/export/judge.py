"""Runs a step's command, shows what it did, and says at the end what was expected and seen.

`judge.py uv VERSION`, `judge.py step N FOLDER NAME=VALUE… COMMAND…`, `judge.py end`. Nothing but `end` with 0 or 10 is a
verdict: Python itself ends with 1 where it fails.
"""

import functools
import json
import os
import re
import signal
import subprocess
import sys
from urllib.parse import urlsplit

WORK = os.environ["WORK"]


def read(name):
    try:
        with open(WORK + "/" + name, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def note(name, line):
    with open(WORK + "/" + name, "a", encoding="utf-8") as file:
        file.write(line + "\n")


CASE = json.loads(read("judge.json"))
SIGNS = CASE["signs"]


def exit_of(step):
    return json.loads(read(f"{step}.exit"))


def plain(text):
    """In one line, without colours and the frames that uv draws."""
    return re.sub(SIGNS["space"], " ", re.sub(SIGNS["frame"], " ", without_codes(text))).strip(" ")


def without_codes(text):
    return re.sub(SIGNS["codes"], "", text)


def inside(folder, path):
    return os.path.realpath(path).startswith(os.path.realpath(WORK + "/" + folder).rstrip("/") + "/")


# What a step left behind, as records with fields.


def requests(step):
    return [r for r in map(json.loads, read("requests").splitlines()) if r["step"] == step]


def seen_requests(step):
    """The last answer to each method and URL is final, unless it only says where or how to ask instead."""
    found = requests(step)
    last = {(r["method"], r["url"]): at for at, r in enumerate(found)}
    for at, r in enumerate(found):
        moved = 300 <= r["status"] < 400 and r["status"] != 304
        refused = r["method"] == "HEAD" and r["status"] in (405, 501)
        final = last[r["method"], r["url"]] == at and not moved and not refused
        headers = {"header." + name: value for name, value in r["headers"].items()}
        yield {**r, **headers, "index": r["index"] or "default", "final": final, "httpVersion": "1.1"}


def calls(step):
    """Of keyring; nothing records them where no step may call it."""
    if CASE["withValue"] is None:
        return []
    from calls import calls_of

    return calls_of(step)


def seen_calls(step):
    for call in calls(step):
        raised = call["raised"].rpartition(".")[2] if call["raised"] else "nothing" if call["finished"] else None
        yield {**call, "args": call["argv"], "raised": raised}


def seen_file(path):
    place = WORK + "/home/" + path[2:] if path.startswith("~/") else WORK + "/project/" + path
    if not os.path.exists(place):
        return {"path": path, "exists": False, "text": None}
    if not os.path.isfile(place) or not inside("", place):
        return {"path": path, "exists": True}  # what it holds is not known
    with open(place, encoding="utf-8", errors="replace", newline="") as file:
        return {"path": path, "exists": True, "text": plain(file.read())}


def names_of(secret):
    """A scenario names a secret as `INDEX.USER`, or all of an index by `INDEX`; a stale one goes by the same name."""
    parents = [secret[: match.start()] for match in re.finditer(r"\.", secret)]
    return [*parents, secret[: -len(" (stale)")] if secret.endswith(" (stale)") else secret, secret]


def records(condition, step, leaks):
    """Those that a condition is about."""
    source = condition["source"]
    if source == "step":
        return [{"exit": exit_of(step)}]
    if source in ("stdout", "stderr"):
        return [{"text": plain(read(f"{step}.{source}"))}]
    if source == "request":
        return list(seen_requests(step))
    if source == "keyring":
        return list(seen_calls(step))
    place = {"installed": CASE["venv"], "lock": "uv.lock"}.get(source)
    if place is not None:  # its program is there only where some condition looks there
        return __import__(source).packages(f"{WORK}/project/{place}")
    if source == "leak":
        return [{"where": leak["where"], "secret": names_of(leak["secret"])} for leak in leaks]
    return [seen_file(path) for test in condition["selects"] if test["field"] == "path" for path in test["values"]]


# Whether a condition holds of them.


def fits(value, text):
    """Whether the text, in which `*` is any run of characters and nothing else is special, is the whole value."""
    return re.fullmatch(".*".join(map(re.escape, text.split("*"))), value, re.DOTALL) is not None


def is_host(url, host):
    parts = urlsplit(url)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f":{parts.port}"
    return host.lower() in (name, (name or "") + port)


OPERATORS = {
    "is": lambda value, wanted: any(type(value) is type(each) and value == each for each in wanted),
    "not": lambda value, wanted: not any(type(value) is type(each) and value == each for each in wanted),
    "whole": lambda value, wanted: any(fits(value, each) for each in wanted),
    "part": lambda value, wanted: any(fits(value, each) if "*" in each else each in value for each in wanted),
    "host": lambda value, wanted: any(is_host(value, each) for each in wanted),
    "contains": lambda value, wanted: any(each in value for each in wanted),
    "lacks": lambda value, wanted: not any(each in value for each in wanted),
    "matches": lambda value, wanted: any(re.search(each, value, re.ASCII) for each in wanted),
    "present": lambda value, wanted: True in wanted,
}


def passes(tests, record):
    """Whether all hold of a record: True, False, or None where a field could not be seen and none says no."""
    known = True
    for test in tests:
        if test["field"] not in record:
            known = None
        elif not holds_for(test["operator"], record[test["field"]], test["values"]):
            return False
    return known


def holds_for(operator, value, wanted):
    if value is None:
        return operator == "present" and False in wanted
    return any(OPERATORS[operator](each, wanted) for each in (value if isinstance(value, list) else [value]))


def decide(condition, found):
    """Whether it holds for sure, whatever could not be seen."""
    selects, holds, quantifier = condition["selects"], condition["holds"], condition["quantifier"]
    matches = [passes([*selects, *holds], record) for record in found]
    sure, possible = matches.count(True), len(matches) - matches.count(False)
    if quantifier == "any":
        return sure > 0
    if quantifier == "none":
        return possible == 0
    if quantifier == "every":
        selected = [(passes(selects, record), passes(holds, record)) for record in found]
        return any(meant for meant, _ in selected) and all(meant is False or held for meant, held in selected)
    return sure >= (condition["min"] or 0) and (condition["max"] is None or possible <= condition["max"])


# What is no verdict.


def refused(step, command):
    """Whether uv's argument parser does not know a word of the command; said as a reason."""
    case = CASE["steps"][step - 1]
    words = command[1:][: case["ownWords"]]
    errors = without_codes(read(f"{step}.stderr"))
    value = re.search(SIGNS["refusedValue"], errors)
    if exit_of(step) == 2 and value and any(word == value[1] or word.endswith("=" + value[1]) for word in words):
        return "this uv does not know " + value[1]
    usage = re.search(SIGNS["usage"], errors)
    if exit_of(step) != 2 or not re.fullmatch("(.*/)?uvx?", command[0]) or not usage:
        return None
    if not all(each in (*words, "tool", "uvx", *case["ownNames"]) for each in usage[2].split()):
        return None
    for said in (re.search(refusal, line) for line in errors.split("\n") for refusal in SIGNS["refusals"]):
        if said and any(is_written_as(word, said[1]) for word in words):
            return "this uv does not know " + said[1]
    return None


def is_written_as(word, said):
    """Without a long option's value; a short one may stand among others."""
    short = re.fullmatch("-([A-Za-z])", said) and re.match("-[A-Za-z]", word)
    return word == said or (said[:2] == "--" and word.startswith(said + "=")) or bool(short and said[1] in word)


def machine(step):
    """What the machine did to a step that ended by itself."""
    status, errors, about = exit_of(step), plain(read(f"{step}.stderr")), CASE["steps"][step - 1]["about"]
    if status in SIGNS["endedInside"] and status not in about:
        return f"exit status {status}: a command in it was ended by a signal"
    for said in (re.search(SIGNS[sign], errors) for sign in ("exhausted", "childEnded") if status != 0):
        if said and not any(said[0].lower() in str(each) for each in about):
            return said[0]
    return None


# One step, and the end.


def run(step, folder, variables, command):
    """The command with these variables and no others; what kept it from an end of its own, if anything."""
    try:
        os.makedirs(folder, exist_ok=True)
        with open(WORK + f"/{step}.stdout", "wb") as stdout, open(WORK + f"/{step}.stderr", "wb") as stderr:
            ends = [each for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) == signal.SIG_DFL]
            # A signal waits until the command can be ended with us; the command itself hears it at once.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
            hear = functools.partial(signal.pthread_sigmask, signal.SIG_SETMASK, before)
            process = subprocess.Popen(command, cwd=folder, env=variables, stdout=stdout, stderr=stderr, preexec_fn=hear)
            for each in ends:  # the command too: uv run passes it on
                signal.signal(each, lambda *_: (process.terminate(), os._exit(1)))
            hear()
            status = process.wait()
            for each in ends:
                signal.signal(each, signal.SIG_DFL)
    except OSError as error:
        return f"{command[0]} could not be started: {error}"
    with open(WORK + f"/{step}.exit", "w") as file:
        file.write("null" if status < 0 else str(status))
    return f"it was ended by signal {-status}" if status < 0 else None


def show(step, folder, words):
    case = CASE["steps"][step - 1]
    first = next(n for n, word in enumerate(words) if "=" not in word)
    variables, command = dict(word.split("=", 1) for word in words[:first]), words[first:]
    before = leaks_now() if CASE["secrets"] else []
    ended = run(step, folder, variables, command)
    sys.stdout.write(read(f"{step}.stdout") + read(f"{step}.stderr"))
    print("  exit status", read(f"{step}.exit") or "none")
    for r in requests(step):
        user = " ({})".format(r["user"]) if r["user"] else ""
        print("  {method} {url}: {status}, authorization".format(**r), r["authorization"] + user)
    for k in calls(step):
        print("  keyring of the {}:".format(k["from"]), *k["argv"], "-> exit status", k["exit"], "raised", k["raised"] or "nothing")
    leaks = [leak for leak in leaks_now(step) if leak not in before] if CASE["secrets"] else []
    for leak in leaks:
        print("  the secret of {secret} is written in the clear: {where} ({form})".format(**leak))
    amiss = ended or refused(step, command) or machine(step)
    failed = ended or (case["exit"] is not None and not passes([case["exit"]], {"exit": exit_of(step)}))
    if failed and not amiss:
        amiss = f"it prepares the others, and exited with {exit_of(step)}"
    if amiss:
        print("  no verdict:", amiss)
        note("trouble", f"step {step}: {amiss}")
    if failed:
        sys.exit(1)
    for side, words, condition in case["conditions"]:
        note("seen", json.dumps([step, side, words, decide(condition, records(condition, step, leaks))]))
    note("done", "")


def leaks_now(step=None):
    import leaks  # there only where some condition looks for secrets

    return leaks.in_files() + ([] if step is None else leaks.in_outputs(step))


def weigh():
    troubles = read("trouble").splitlines()
    seen = [json.loads(line) for line in read("seen").splitlines()]
    verdicts = []
    for verdict in ("the bug", "healthy"):
        conditions = [(step, words, holds) for step, side, words, holds in seen if side == verdict]
        if conditions and not troubles:
            print(f"\n{verdict}, where all of these hold:")
            for step, words, holds in conditions:
                print(f"  {'yes' if holds else 'no':3}  step {step}: {words}")
        if conditions and all(holds for _, _, holds in conditions):
            verdicts.append(verdict)
    count = len(CASE["steps"])
    if os.environ.get("JOURNAL"):
        ended = [n for n in range(1, count + 1) if read(f"{n}.exit")]
        steps = [{"exit": read(f"{n}.exit"), "requests": requests(n), "keyring": calls(n)} for n in ended]
        with open(os.environ["JOURNAL"], "w") as file:
            file.write(json.dumps(steps) + "\n")
    print()
    if not troubles and len(read("done").splitlines()) < count:
        troubles = ["not every step came to its end"]
    elif not troubles and len(verdicts) != 1:
        troubles = ["both hold" if verdicts else "neither of them holds"]
    elif not troubles:
        unread = read("unread").splitlines()  # steps with connections that brought no request
        heard = [n for n, case in enumerate(CASE["steps"], 1) if requests(n) or calls(n) or (case["mayBeSilent"] and str(n) in unread)]
        asking = [n for n, case in enumerate(CASE["steps"], 1) if verdicts[0] in case["mustAsk"]]
        troubles = [f"step {n}: it asked nothing at all" for n in asking if n not in heard]
    for why in troubles:
        print("=> neither: " + why)
    if troubles:
        sys.exit(125)
    print("=> " + verdicts[0])
    sys.exit(10 if verdicts[0] == "the bug" else 0)


if __name__ == "__main__":
    # Ctrl-C ends the script, without a traceback of ours.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.reconfigure(errors="replace")
    if sys.argv[1] == "uv":
        import supports  # there only where the scenario is about some releases

        sys.exit(0 if supports.supports(sys.argv[2], CASE["supported"]) else 3)
    if sys.argv[1] == "step":
        show(int(sys.argv[2]), sys.argv[3], sys.argv[4:])
    else:
        weigh()
