import type { Flavour } from "../../scenario/model.ts";

/** Flavours that the script's index knows. */
export const EXPORTED_FLAVOURS = ["simple", "gitlab", "azure-devops"] as const satisfies readonly Flavour[];
export type ExportedFlavour = (typeof EXPORTED_FLAVOURS)[number];

/**
 * The script's index in Python's standard library: a forward proxy that answers for the scenario's hosts itself, and
 * nothing else. It reads `INDEXES`, `BUILT`, `CERTIFICATES` and `KEY`, which the script writes before it. The rules are
 * those of the gateway's flavours, cut down to what these indexes need.
 */
export function serverSource(
  flavours: ReadonlySet<ExportedFlavour>,
  {
    redirects,
    projects,
    caching,
  }: { readonly redirects: boolean; /** Several of one GitLab. */ readonly projects: boolean; readonly caching: boolean },
): string {
  return SERVER.replace("__RULES__", () => [...flavours].map((flavour) => RULES[flavour]).join("\n\n\n"))
    .replace("__REDIRECTS__", () => (redirects ? REDIRECTS : ""))
    .replace("__REDIRECTED__", () => (redirects ? REDIRECTED : ""))
    .replace("__CACHING__", () => (caching ? CACHING : ""))
    .replace("__ELSEWHERE__", () => (projects ? ELSEWHERE : ""));
}

const CACHING = ', **({"Cache-Control": index["caching"]} if "caching" in index else {})';

/** A token of another project on the same GitLab is known, and has no access. */
const ELSEWHERE = `    for other in INDEXES if index and index["flavour"] == "gitlab" else []:
        same = other["flavour"] == "gitlab" and urlsplit(other["origin"]).hostname == urlsplit(index["origin"]).hostname
        for user, known in other["users"].items() if same else []:
            for kind in ("good", "stale"):
                if password == os.environ[known[kind]] and FLAVOURS["gitlab"].accepts(sent, user):
                    standing = "revoked" if kind == "stale" else state(other, user)
                    gone = standing in ("expired", "revoked")
                    return ("stale" if gone else "unknown"), sent, (standing if gone else "no-access")
`;

const REDIRECTED = `        redirect = next((each for each in index["redirects"] if each["for"] in ("both", "files" if name.endswith(".whl") else "pages")), None)
        if redirect:
            return redirect["status"], {"Location": elsewhere(index, redirect, path, last, header("authorization"))}, b""
`;

/** A file is sent to where the other index keeps it; anything else to the same path below the other's. */
const REDIRECTS = String.raw`def elsewhere(index, redirect, path, last, header):
    other = next((each for each in INDEXES if each["name"] == redirect["to"]), None)
    file = other and FILES[other["name"]].get(last.removesuffix(".metadata"))
    if file:
        location = FLAVOURS[other["flavour"]].link(other, file) + last[len(file.name):]
        location = location if "://" in location else other["origin"] + location
    else:
        base = other["origin"] + other["path"] if other else redirect["to"].rstrip("/") + "/"
        location = base + (path.removeprefix(index["path"]) if path.startswith(index["path"]) else last)
    login = None
    if redirect["credentials"] == "kept" and header:
        login = base64.b64decode(header.partition(" ")[2]).decode()
    elif redirect["credentials"] not in ("none", "kept"):
        users = other["users"] if other and redirect["credentials"] in other["users"] else index["users"]
        login = redirect["credentials"] + ":" + os.environ[users[redirect["credentials"]]["good"]]
    if login is None:
        return location
    return location.replace("://", "://" + ":".join(quote(part, safe="") for part in login.split(":", 1)) + "@", 1)


`;

/** `page` and `file` find names in a path, `link` writes a file's path, `refuse` says what a standing is told. */
const RULES: Readonly<Record<ExportedFlavour, string>> = {
  simple: String.raw`class Simple:
    def places(self, index):
        return [(index["origin"], index["path"]), (index["origin"], index["files"])]

    def link(self, index, file):
        return index["files"] + file.project + "/" + quote(file.name)

    def refuse(self, index, standing):
        if standing in ("guest", "no-access"):
            return 403, {}, b"Forbidden\n"
        return 401, {"WWW-Authenticate": 'Basic realm="simple"'}, b"Unauthorized\n"

    def accepts(self, sent, user):
        return sent == user


FLAVOURS["simple"] = Simple()`,
  gitlab: String.raw`class GitLab:
    def places(self, index):
        return [(index["origin"], index["path"].removesuffix("simple/")), (index["origin"], index["numeric"])]

    def link(self, index, file):  # by the numeric id, whatever the index's URL says
        return index["origin"] + index["numeric"] + "files/" + file.sha256 + "/" + quote(file.name)

    def refuse(self, index, standing):
        if standing in ("expired", "revoked"):
            return 401, {"WWW-Authenticate": 'Bearer realm="Protected by OAuth 2.0", error="invalid_token"'}, b"{}"
        if standing in ("guest", "no-access"):
            return (403 if standing == "guest" else 404), {}, b"{}"
        return 401, {"WWW-Authenticate": 'Basic realm="GitLab Packages Registry"'}, b'{"message": "401 Unauthorized"}'

    def accepts(self, sent, user):  # a token is looked up by itself, whatever the name beside it
        return (user == "gitlab-ci-token") == (sent == "gitlab-ci-token")

    def missing(self, index, name):  # packages that GitLab does not have are PyPI's
        return 302, {"Location": "https://default.example.com/simple/" + name + "/"}, b""


FLAVOURS["gitlab"] = GitLab()`,
  "azure-devops": String.raw`class AzureDevOps:
    def places(self, index):
        return [(index["origin"], index["path"]), (index["origin"], self.downloads(index)), self.storage(index)]

    def downloads(self, index):
        return index["path"].split("_packaging/")[0] + "_packaging/" + index["guid"] + "/pypi/download/"

    def storage(self, index):
        return index["origin"].replace("://", "://blob."), "/" + index["guid"] + "/"

    def place(self, file):
        return "%s/%s/%s" % (file.project, file.version, quote(file.name))

    def link(self, index, file):
        return index["origin"] + self.downloads(index) + self.place(file)

    def refuse(self, index, standing):
        if standing in ("guest", "no-access"):
            return (403 if standing == "guest" else 404), {}, b"{}"
        host = index["origin"].partition("://")[2]
        bearer = "Bearer authorization_uri=https://login.%s/%s" % (host, index["guid"])
        return 401, {"WWW-Authenticate": [bearer, 'Basic realm="https://%s/"' % host, "TFS-Federated"]}, b"{}"

    def accepts(self, sent, user):  # a token is taken under any name that is not empty
        return sent != ""

    def stored(self, index, origin, method, file, authorization):  # files are redirected to blob storage
        stored_at, path = self.storage(index)
        if origin == stored_at:  # the storage's URL is signed: credentials beside it are an error
            return None if authorization == "none" else (400, {}, b"Authentication information is not given in the correct format.")
        if method == "HEAD":
            return 405, {"Allow": "GET"}, b""
        return 303, {"Location": stored_at + path + self.place(file) + "?sv=2019-07-07&sr=b&sp=r"}, b""


FLAVOURS["azure-devops"] = AzureDevOps()`,
};

const SERVER = String.raw`FLAVOURS = {}


__RULES__


class Default:  # stands for PyPI: open to all
    def places(self, index):
        return [(index["origin"], "/")]

    def link(self, index, file):
        return "/packages/%s/%s/%s/%s" % (file.sha256[:2], file.sha256[2:4], file.sha256[4:], quote(file.name))


FLAVOURS["default"] = Default()


class File:
    def __init__(self, name, content):
        self.name, self.content = name, content
        self.project = re.sub("[-_.]+", "-", name.split("-")[0]).lower()
        self.version = name.split("-")[1]
        self.sha256 = hashlib.sha256(content).hexdigest()
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            self.metadata = wheel.read(next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA")))
        python = re.search(rb"(?m)^Requires-Python:[ ]*(.+?)\s*$", self.metadata.split(b"\n\n")[0])
        self.python = python and python[1].decode()


def build(files):
    """A wheel of these files."""
    info = next(path for path in files if path.endswith("/METADATA")).rpartition("/")[0]
    files = {**files, info + "/WHEEL": "Wheel-Version: 1.0\nGenerator: repro\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    files[info + "/RECORD"] = "".join(path + ",,\n" for path in [*files, info + "/RECORD"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as wheel:
        for path, text in files.items():
            wheel.writestr(zipfile.ZipInfo(path), text)
    return out.getvalue()


def state(index, user):
    """As it is now: a step may have changed it."""
    now = index["users"][user]["state"]
    with open(WORK + "/states") as file:
        for line in file:
            name, who, changed = line.rstrip("\n").split("\t")
            if (name, who) == (index["name"], user):
                now = changed
    return now


def identify(index, header):
    """(what the request carried, its user name, how the index sees it)"""
    if not header:
        return "none", None, "anonymous"
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "basic":
        return ("bearer" if scheme.lower() == "bearer" else "unknown"), None, "unknown"
    sent, _, password = base64.b64decode(rest).decode().partition(":")
    if password == "":
        return "user-only", sent, "unknown"
    for user, known in (index["users"] if index else {}).items():
        for kind in ("good", "stale"):
            if password == os.environ[known[kind]] and FLAVOURS[index["flavour"]].accepts(sent, user):
                standing = "revoked" if kind == "stale" else state(index, user)
                return ("stale" if standing in ("expired", "revoked") else "good"), sent, standing
__ELSEWHERE__    return "unknown", sent, "unknown"


def find(origin, path):
    """The index with the longest prefix of this path."""
    found = [(len(prefix), index) for index in INDEXES for at, prefix in FLAVOURS[index["flavour"]].places(index)
             if at == origin and (path + "/").startswith(prefix)]
    return max(found, key=lambda pair: pair[0])[1] if found else None


__REDIRECTS__def answer(method, origin, path, header):
    index = find(origin, path)
    authorization, user, standing = identify(index, header("authorization"))
    if index is None:
        return None, authorization, user, (404, {}, b"404 Not Found\n")
    flavour = FLAVOURS[index["flavour"]]
    last = unquote(path.rstrip("/").rpartition("/")[2])
    name = last.removesuffix(".metadata")
    stored = getattr(flavour, "stored", None)
    in_storage = origin != index["origin"]
    def given():
        open_to_all = not index["users"] or (index["public"] and standing == "anonymous")
        if standing != "good" and not open_to_all and not in_storage:
            return flavour.refuse(index, standing)
__REDIRECTED__        if name.endswith(".whl"):
            file = FILES[index["name"]].get(name)
            if file is None or (last != name and not index["metadata"]):
                return 404, {}, b"404 Not Found\n"
            if last != name:
                return 200, {"Content-Type": "application/octet-stream"}, file.metadata
            return (stored and stored(index, origin, method, file, authorization)) or part(file.content, method, header("range"))
        project = re.sub("[-_.]+", "-", last).lower()
        files = [file for file in FILES[index["name"]].values() if file.project == project]
        if not files:
            return flavour.missing(index, project) if hasattr(flavour, "missing") else (404, {}, b"404 Not Found\n")
        return 200, {"Content-Type": "text/html"__CACHING__}, page(index, flavour, files)
    return index, authorization, user, given()


def page(index, flavour, files):
    lines = ["<!DOCTYPE html>", "<html><body>"]
    for file in files:
        more = ' data-requires-python="%s"' % html.escape(file.python) if file.python else ""
        if index["metadata"]:
            more += ' data-dist-info-metadata="sha256=%s"' % hashlib.sha256(file.metadata).hexdigest()
        lines.append('<a href="%s#sha256=%s"%s>%s</a><br>' % (flavour.link(index, file), file.sha256, more, file.name))
    return "\n".join([*lines, "</body></html>", ""]).encode()


def part(content, method, wanted):
    headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted or "")
    if method != "GET" or not match or match[0] == "bytes=-":
        return 200, headers, content
    size = len(content)
    start = int(match[1]) if match[1] else max(0, size - int(match[2]))
    end = min(int(match[2]), size - 1) if match[1] and match[2] else size - 1
    return 206, {**headers, "Content-Range": "bytes %d-%d/%d" % (start, end, size)}, content[start:end + 1]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    origin = None

    def do_CONNECT(self):
        host = self.path.rpartition(":")[0]
        if host not in CONTEXTS:  # no other network is reached
            return self.send_error(502)
        self.send_response_only(200)
        self.end_headers()
        try:
            self.connection = CONTEXTS[host].wrap_socket(self.connection, server_side=True)
        except OSError:
            self.close_connection = True
            return None
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.origin = "https://" + self.path.removesuffix(":443")

    def do_GET(self):
        url = self.path if self.origin is None else self.origin + self.path
        parts = urlsplit(url)
        origin = parts.scheme + "://" + parts.netloc.removesuffix(":80")
        index, authorization, user, (status, headers, body) = answer(self.command, origin, parts.path, self.headers.get)
        with open(WORK + "/step") as file:
            step = int(file.read())
        declared = None if index is None or index["name"] == "default" else index["name"]
        seen = dict(step=step, index=declared, method=self.command, url=url, status=status, user=user,
                    authorization=authorization, range=self.headers.get("range"))
        with LOCK, open(WORK + "/requests", "a") as file:
            file.write(json.dumps(seen) + "\n")
        self.send_response_only(status)
        for name, value in headers.items():
            for each in value if isinstance(value, list) else [value]:
                self.send_header(name, each)
        # uv up to 0.11.27 takes a page for fresh until the second is over: to a step it should be stale, as to a person.
        self.send_header("Date", self.date_time_string(time.time() - 2))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # a client that hung up
        pass


LOCK = threading.Lock()
FILES = {}
CARRIED = carried()
for each in INDEXES:
    contents = {name: CARRIED[name] if name in CARRIED else build(BUILT[name]) for name in each["wheels"]}
    FILES[each["name"]] = {name: File(name, content) for name, content in contents.items()}
CONTEXTS = {}
for name, certificate in CERTIFICATES.items():
    with open(WORK + "/" + name + ".pem", "w") as file:
        file.write(KEY + certificate)
    CONTEXTS[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CONTEXTS[name].load_cert_chain(WORK + "/" + name + ".pem")
server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
`;
