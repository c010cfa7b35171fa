"""The indexes, behind a proxy that reaches nothing else: looks answers up in a table that the real ones wrote.

What the table does not hold is no verdict: it is noted, and the script ends with 125.
"""

import base64
import http.server
import json
import os
import re
import socket
import ssl
import string
import sys
import threading
import time
from urllib.parse import quote, urlsplit

import wheels

WORK = os.environ["WORK"]
TABLE = wheels.load("index.json")
SECRETS = {os.environ[name]: name for name in TABLE["secrets"]}
VALUES = {name: value for value, name in SECRETS.items()}
VALUES.update({name + "_QUOTED": quote(value, safe="") for value, name in SECRETS.items()})
FILES = {}
LOCK = threading.Lock()
PROJECT = "[a-z0-9]+(?:-[a-z0-9]+)*"
FORMATS = {
    "application/vnd.pypi.simple.v1+json": "json",
    "application/vnd.pypi.simple.latest+json": "json",
    "application/vnd.pypi.simple.v1+html": "html-v1",
    "application/vnd.pypi.simple.latest+html": "html-v1",
    "text/html": "html",
}


class Unknown(Exception):
    """The table does not say."""


def fill(text, **more):
    return string.Template(text).substitute(VALUES, **more)


class Index:
    def __init__(self, table):
        self.table, self.name = table, table["name"]
        self.revoked = None  # the last phase in which a fault revoked all users
        self.stored = set()  # names of files that were uploaded
        self.faults, self.since = [], None
        self.rows, self.patterns = {}, []
        for address, row in table["rows"].items():
            if "${name}" in address:
                before, after = (fill(part) for part in address.split("${name}"))
                self.patterns.append((re.compile(re.escape(before) + "(" + PROJECT + ")" + re.escape(after)), row))
            else:
                self.rows[fill(address)] = row

    def row(self, address):
        """The row of an address, and the project that a pattern met."""
        if address in self.rows:
            return self.rows[address], ""
        for pattern, row in self.patterns:
            match = pattern.fullmatch(address)
            if match:
                return row, match[1]
        raise Unknown("the address")

    def strike(self, phase, purpose, path):
        """The first fault that strikes this request; each that matches counts it."""
        begun = max((int(each) for each in self.table["faults"] if int(each) <= phase), default=None)
        if begun != self.since:
            import faults  # there only where some index has them

            self.since = begun
            self.faults = [(fault, faults.schedule(fault["when"]), faults.place(fault)) for fault in self.table["faults"][str(begun)]]
        met = [(fault, strikes()) for fault, strikes, fits in self.faults if fault["for"] in ("any", purpose + "s") and fits(path)]
        return next((fault for fault, struck in met if struck), None)


def find(origin, path):
    """The index that answers for an address, and the address as its rows have it."""
    places = TABLE["places"].get(origin)
    if places is None:
        if re.search(r"/\+?simple/\+?simple/?$", path):
            raise Unknown("the address")
        return INDEXES[TABLE["undeclared"]], re.search("([^/]*)/?$", path)[1]
    for prefix, number in places:
        if path.startswith(prefix) or path + "/" == prefix:
            index = INDEXES[number]
            return index, path if origin == index.table["origin"] else origin + path
    return INDEXES[TABLE["nowhere"]], "*"


def parts_of(url):
    """Origin and path, each in one spelling."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2].lower().removesuffix(":80" if parts.scheme == "http" else ":443")
    return parts.scheme + "://" + place, normalised(parts.path or "/")


def normalised(path):
    """One spelling for each path: only what is reserved is escaped, in upper case."""

    def one(escape):
        character = chr(int(escape[0][1:], 16))
        return character if re.fullmatch(r"[A-Za-z0-9\-._~]", character) else escape[0].upper()

    return re.sub("%[0-9a-fA-F]{2}", one, path)


def presented(header):
    """(kind, user, password or token) of an Authorization header."""
    if not header:
        return "none", None, None
    match = re.fullmatch(r"(\S+)\s+(.*)", header.strip(), re.DOTALL)
    scheme = match[1].lower() if match else ""
    if scheme == "bearer":
        return "bearer", None, match[2]
    if scheme != "basic":
        return "other", None, None
    letters = re.sub("[^A-Za-z0-9+/]", "", match[2].partition("=")[0].replace("-", "+").replace("_", "/"))
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    text = base64.b64decode(letters + "=" * (-len(letters) % 4)).decode("utf-8", "replace")
    user, colon, password = text.partition(":")
    return ("basic", user, password) if colon else ("other", None, None)


def class_of(who, kind, user, secret):
    """The class of credentials of this kind; `secret` is a variable's name, or the empty text, or `*`."""
    if kind in ("none", "other"):
        return who[kind]
    if kind == "bearer":
        return who["bearer"].get(secret, who["bearer"]["*"])
    stranger = who["basic"]["*"]
    return who["basic"].get(user, {}).get(secret, stranger.get(secret, stranger["*"]))


def preferred(accept):
    """The format that an Accept header prefers, by weight and then by order."""
    best, most = "html", 0
    for item in (accept or "").split(","):
        kind, *parameters = [part.strip().lower() for part in item.split(";")]
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            weight = float(weight or 0)
        except ValueError:
            weight = 1
        if kind in FORMATS and weight > most:
            best, most = FORMATS[kind], weight
    return best


def header_kind(tests, header):
    return " ".join(
        preferred(header(name)) if pattern is None else "yes" if re.search(pattern, header(name) or "") else "no" for name, pattern in tests
    )


def look_up(cell, keys, number):
    """An answer's number: by what the headers say or the upload is, then by the class of credentials."""
    while isinstance(cell, dict):
        key = next((each for each in keys if each in cell), None)
        if key is None:
            raise Unknown("what is sent with it")
        cell = cell[key]
    return cell[number] if isinstance(cell, list) else cell


def entry_of(row, method):
    return next((each for each in row if method in each[0].split()), None) or next(each for each in row if "*" in each[0].split())


def decide(method, origin, path, header, body):
    """(what the journal notes, fault, answer's parts)"""
    with LOCK:
        phase = sum(1 for each in TABLE["phases"] if each <= step_now()) - 1
        index, address = find(origin, path)
        row, project = index.row(address)
        _, purpose, cell = entry_of(row, method)
        fault = index.strike(phase, purpose, path)
        if fault and fault["kind"] == "revoke" and index.name:
            index.revoked = phase
        revoked = [f"{each.name}@{each.revoked}" for each in INDEXES if each.revoked is not None]
        who = index.table["who"][index.table["states"][" ".join(sorted([str(phase), *revoked]))]]
        kind, user, password = presented(header("authorization"))
        secret = "" if password == "" else SECRETS.get(password, "*")
        number = class_of(who, kind, "$" + SECRETS[user] if user in SECRETS else user, secret)
        noted = {"index": index.name, "user": user, "authorization": index.table["authorization"][number]}
        if fault and fault["kind"] in ("status", "drop"):
            return noted, fault, None
        filename, keys = None, [header_kind(index.table["headers"], header)]
        if method == "POST" and isinstance(cell, dict) and keys[0] not in cell:
            import uploads  # there only where some step may upload

            upload, filename = uploads.kind_of(index.table["files"], phase, header("content-type"), body)
            if filename in index.stored:
                raise Unknown("a file that was uploaded before")
            keys.append(upload)
        elif index.stored and method != "POST":
            raise Unknown("an index that took a file before")
        answer = TABLE["answers"][look_up(cell, keys, number)]
        if len(answer) > 3:
            index.stored.add(filename)
    sent = {"name": project, "sent_user": quote(user or "", safe="!*'()"), "sent_password": quote(password or "", safe="!*'()")}
    return noted, fault, (answer[0], headers_of(answer[1], sent), body_of(answer[2], sent))


def headers_of(headers, sent):
    return [(name, fill(each, **sent)) for name, value in headers.items() for each in (value if isinstance(value, list) else [value])]


def body_of(body, sent):
    if isinstance(body, str):
        return fill(body, **sent).encode()
    if "as" in body:
        return body_of(TABLE["answers"][body["as"]][2], sent)
    return FILES[body["file"]] if "file" in body else wheels.metadata(FILES[body["metadata"]])


def ranged(status, headers, body, wanted):
    """The part of a file that was asked for (RFC 9110, 14.1.2)."""
    match = re.fullmatch(r"bytes=\s*(\d*)-(\d*)\s*", wanted or "")
    if status != 200 or ("accept-ranges", "bytes") not in headers or not match or not (match[1] or match[2]):
        return status, headers, body
    size = len(body)
    start = int(match[1]) if match[1] else size - min(int(match[2]), size)
    end = min(int(match[2]), size - 1) if match[1] and match[2] else size - 1
    if match[1] and match[2] and int(match[2]) < start:
        return status, headers, body
    if start >= size:
        return 416, [("accept-ranges", "bytes"), ("content-range", f"bytes */{size}")], b""
    return 206, [*headers, ("content-range", f"bytes {start}-{end}/{size}")], body[start : end + 1]


def step_now():
    with open(WORK + "/step") as file:
        return int(file.read())


def note(name, line):
    with LOCK, open(WORK + "/" + name, "a", encoding="utf-8") as file:
        file.write(line + "\n")


def without_secrets(text):
    for value, name in SECRETS.items():
        text = text and text.replace(value, TABLE["labels"][name])
    return text


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    origin = None

    def do_CONNECT(self):
        host, _, port = self.path.rpartition(":")
        if host not in CONTEXTS:
            note("trouble", f"the script's index has no answers of {host}, which was asked")
            return self.send_error(502)
        self.send_response_only(200)
        self.end_headers()
        try:
            self.connection = CONTEXTS[host].wrap_socket(self.connection, server_side=True)
        except OSError:
            note("unread", str(step_now()))
            self.close_connection = True
            return None
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.origin = "https://" + host + ("" if port == "443" else ":" + port)
        self.close_connection = False  # not even where the tunnel was asked for by HTTP/1.0

    def header(self, name):
        values = self.headers.get_all(name) or [None]
        return ", ".join(values) if name == "accept" and values[0] is not None else values[0]

    def chunks(self):
        body, size = b"", -1
        while size:
            size = int(self.rfile.readline().partition(b";")[0], 16)
            body += self.rfile.read(size)
            self.rfile.readline()
        return body

    def handle_request(self):
        url = self.path if self.origin is None else self.origin + self.path
        step, wanted = step_now(), self.header("range")
        body = self.rfile.read(int(self.header("content-length") or 0)) if self.header("transfer-encoding") is None else self.chunks()
        try:
            noted, fault, answer = decide(self.command, *parts_of(url), self.header, body)
        except Unknown as why:
            note(
                "trouble",
                f"the script's index has no answer to {self.command} {without_secrets(url)}: it was not written down for {why}",
            )
            return self.send_error(501)
        if fault and fault["kind"] == "delay":
            time.sleep(fault["delayMs"] / 1000)
        if fault and fault["kind"] == "status":
            after = [] if fault["retryAfterSeconds"] is None else [("retry-after", str(fault["retryAfterSeconds"]))]
            answer = fault["status"], [("content-type", "text/plain; charset=utf-8"), *after], b"%d\n" % fault["status"]
        status, headers, content = answer or (0, [], b"")
        if self.command == "GET":
            status, headers, content = ranged(status, headers, content, wanted)
        seen = dict(step=step, method=self.command, url=without_secrets(url), status=status, range=wanted, **noted)
        sent = {name: without_secrets(self.header(name)) for name in TABLE["recorded"]}
        note("requests", json.dumps(dict(seen, user=without_secrets(seen["user"]), headers=sent)))
        if status == 0:
            return self.hang_up()
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        # uv up to 0.11.27 takes a page for fresh until the second is over: to a step it should be stale, as to a user.
        self.send_header("Date", self.date_time_string(time.time() - 2))
        self.send_header("Content-Length", str(len(content)))
        cut = fault and fault["kind"] == "truncate"
        self._headers_buffer.append(b"\r\n" + (b"" if self.command == "HEAD" else content[: len(content) // 2] if cut else content))
        self.flush_headers()
        self.wfile.flush()
        return self.hang_up() if cut else None

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_request

    def hang_up(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client was faster

    def send_error(self, code, *rest):
        if code == 501 and self.command not in (None, "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            note("trouble", f"the script's index knows no {self.command}")
        super().send_error(code, *rest)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        if not isinstance(sys.exc_info()[1], OSError):  # not a client that hung up
            note("trouble", f"the script's index failed: {sys.exc_info()[1]!r}")


def contexts():
    """TLS for each host."""
    made = {}
    for host, certificate in TABLE["certificates"].items():
        with open(WORK + "/" + host + ".pem", "w") as file:
            file.write(TABLE["key"] + certificate)
        made[host] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made[host].load_cert_chain(WORK + "/" + host + ".pem")
    return made


if __name__ == "__main__":
    FILES.update(wheels.carried())
    FILES.update((name, wheels.build(files)) for name, files in wheels.load("wheels.json").items())
    wheels.check(FILES, TABLE["digests"])
    INDEXES = [Index(table) for table in TABLE["indexes"]]
    CONTEXTS = contexts()
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
