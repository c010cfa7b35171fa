import { FLAVOUR_CLASSES, flavourParts, type ExportedFlavour, type StandingUses } from "./flavour-source.ts";
import { pythonLiteral } from "./python-literal.ts";
import { imports, partsFor, type PythonParts } from "./python-source.ts";

/** What the scenario asks of the script's index. */
interface ServerUses extends StandingUses {
  /** Some index is open to all, or lets strangers read. */
  readonly open: boolean;
  /** Some index with users lets others read, too. */
  readonly strangers: boolean;
  /** Secrets that are refused are sent. */
  readonly stale: boolean;
  /** A step changes what a user may do. */
  readonly states: boolean;
  readonly redirects: boolean;
  /** Several indexes of GitLab: a token of another project is known, and has no access. */
  readonly projects: boolean;
  /** Files of PEP 658 beside the wheels. */
  readonly metadata: boolean;
  /** Some index says how long its pages may be kept. */
  readonly caching: boolean;
  /** Some package says which Python it needs. */
  readonly requiresPython: boolean;
  readonly azure: boolean;
  readonly gitlab: boolean;
  readonly tls: boolean;
}

export interface ServerOptions {
  readonly uses: ServerUses;
  readonly indexes: readonly { readonly flavour: ExportedFlavour | "pypi"; readonly settings: Readonly<Record<string, unknown>> }[];
  /** Wheels that it builds: path inside → text. */
  readonly built: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The function that reads carried wheels; `null`: there are none. */
  readonly carried: string | null;
  readonly key: string;
  readonly certificates: Readonly<Record<string, string>>;
}

/**
 * The script's index in Python's standard library: a forward proxy that answers for the scenario's hosts itself, and
 * nothing else. What it serves comes first; it has the parts that this scenario uses.
 */
export function serverSource({ uses, indexes, built, carried, key, certificates }: ServerOptions): string {
  const head = [
    ...(Object.keys(built).length === 0 ? [] : [builtSource(built)]),
    `def indexes():\n    return [\n${indexes.map(constructed).join("")}    ]`,
  ];
  const main = [
    "INDEXES = indexes()",
    "LOCK = threading.Lock()",
    ...(uses.tls ? ["CONTEXTS = contexts()"] : []),
    'server = Server(("127.0.0.1", 0), Handler)',
    "print(server.server_port, flush=True)",
    "server.serve_forever()",
  ].join("\n");
  const content = carried === null ? "build(BUILT[each])" : "CARRIED[each] if each in CARRIED else build(BUILT[each])";
  const parts: PythonParts = {
    carried: carried ?? "",
    CARRIED: "CARRIED = carried()",
    Index: indexSource(content, uses),
    ...flavourParts(uses),
    File: fileSource(uses),
    build: BUILD,
    find: FIND,
    answer: ANSWER,
    given: givenSource(uses),
    identify: identifySource(uses),
    known: knownSource(uses),
    state: STATE,
    elsewhere: ELSEWHERE,
    page: pageSource(uses),
    part: PART,
    Handler: handlerSource(uses),
    Server: SERVER,
    contexts: CONTEXTS,
    KEY: `KEY = ${pythonLiteral(key)}`,
    CERTIFICATES: `CERTIFICATES = ${pythonLiteral(certificates)}`,
  };
  const program = [...head, partsFor([...head, main].join("\n"), parts), main].join("\n\n\n");
  return `${imports(program)}\n\nWORK = os.environ["WORK"]\n\n\n${program}`;
}

function builtSource(built: ServerOptions["built"]): string {
  const empty = Object.values(built).some((files) => Object.keys(files).length === 1);
  const note = empty ? " Of compiled packages only the metadata: nothing calls them." : "";
  return `# The packages: what is in each wheel.${note}\nBUILT = ${pythonLiteral(built)}`;
}

function constructed({ flavour, settings }: ServerOptions["indexes"][number]): string {
  const name = flavour === "pypi" ? "PyPI" : FLAVOUR_CLASSES[flavour];
  const indent = " ".repeat(12);
  const lines = Object.entries(settings).map(([key, value]) => `${indent}${key}=${pythonLiteral(value, indent)},\n`);
  return `        ${name}(\n${lines.join("")}        ),\n`;
}

function indexSource(content: string, { open, strangers, redirects, metadata, caching }: ServerUses): string {
  const defaults = [
    ...(open ? ["    users = {}"] : []),
    ...(strangers ? ["    public = False"] : []),
    ...(metadata ? ["    metadata = False"] : []),
    ...(redirects ? ["    redirects = []"] : []),
    ...(caching ? ["    caching = {}"] : []),
  ];
  return `class Index:
${defaults.length === 0 ? "" : `${defaults.join("\n")}\n\n`}    def __init__(self, wheels, **settings):
        vars(self).update(settings)
        self.files = {each: File(each, ${content}) for each in wheels}`;
}

function fileSource({ azure, metadata, requiresPython }: ServerUses): string {
  return [
    "class File:",
    "    def __init__(self, name, content):",
    '        self.name, self.quoted, self.content = name, quote(name, safe="!+"), content',
    '        self.project = re.sub("[-_.]+", "-", name.split("-")[0]).lower()',
    ...(azure ? ['        self.version = name.split("-")[1]'] : []),
    "        self.sha256 = hashlib.sha256(content).hexdigest()",
    ...(metadata || requiresPython
      ? [
          "        with zipfile.ZipFile(io.BytesIO(content)) as wheel:",
          '            self.metadata = wheel.read(next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA")))',
        ]
      : []),
    ...(requiresPython
      ? [
          String.raw`        python = re.search(rb"(?m)^Requires-Python:[ ]*(.+?)\s*$", self.metadata.split(b"\n\n")[0])`,
          "        self.python = python and python[1].decode()",
        ]
      : []),
  ].join("\n");
}

const BUILD = String.raw`def build(files):
    """A wheel of these files."""
    info = next(path for path in files if path.endswith("/METADATA")).rpartition("/")[0]
    files = {**files, info + "/WHEEL": "Wheel-Version: 1.0\nGenerator: repro\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    files[info + "/RECORD"] = "".join(path + ",,\n" for path in [*files, info + "/RECORD"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as wheel:
        for path, text in files.items():
            wheel.writestr(zipfile.ZipInfo(path), text)
    return out.getvalue()`;

const FIND = `def find(origin, path):
    """The index with the longest prefix of this path."""
    found = [(len(prefix), index) for index in INDEXES for at, prefix in index.places()
             if at == origin and (path + "/").startswith(prefix)]
    return max(found, key=lambda pair: pair[0])[1] if found else None`;

const ANSWER = String.raw`def answer(method, origin, path, header):
    """(index, what the request carried, its user name, (status, headers, body))"""
    index = find(origin, path)
    authorization, user, standing = identify(index, header("authorization"))
    if index is None:
        return None, authorization, user, (404, {}, b"404 Not Found\n")
    return index, authorization, user, given(index, method, origin, path, header, authorization, standing)`;

function givenSource({ open, strangers, azure, gitlab, redirects, metadata, caching }: ServerUses): string {
  const name = metadata ? "name" : "last";
  return [
    "def given(index, method, origin, path, header, authorization, standing):",
    '    last = unquote(path.rstrip("/").rpartition("/")[2])',
    ...(metadata ? ['    name = last.removesuffix(".metadata")'] : []),
    ...(open ? [`    open_to_all = not index.users${strangers ? ' or (index.public and standing == "anonymous")' : ""}`] : []),
    `    if standing != "good"${open ? " and not open_to_all" : ""}${azure ? " and origin == index.origin" : ""}:`,
    "        return index.refuse(standing)",
    ...(redirects
      ? [
          `    kinds = ("both", "files" if ${name}.endswith(".whl") else "pages")`,
          '    for redirect in (each for each in index.redirects if each["for"] in kinds):',
          '        return redirect["status"], {"Location": elsewhere(index, redirect, path, last, header("authorization"))}, b""',
        ]
      : []),
    `    if ${name}.endswith(".whl"):`,
    `        file = index.files.get(${name})`,
    `        if file is None${metadata ? " or (last != name and not index.metadata)" : ""}:`,
    String.raw`            return 404, {}, b"404 Not Found\n"`,
    ...(metadata
      ? ["        if last != name:", '            return 200, {"Content-Type": "application/octet-stream"}, file.metadata']
      : []),
    ...(azure
      ? [
          "        stored = isinstance(index, AzureDevOps) and index.stored(origin, method, file, authorization)",
          "        if stored:",
          "            return stored",
        ]
      : []),
    '        return part(file.content, method, header("range"))',
    '    project = re.sub("[-_.]+", "-", last).lower()',
    "    files = [file for file in index.files.values() if file.project == project]",
    "    if not files:",
    ...(gitlab ? ["        if isinstance(index, GitLab):", "            return index.missing(project)"] : []),
    String.raw`        return 404, {}, b"404 Not Found\n"`,
    `    return 200, {"Content-Type": "text/html"${caching ? ", **index.caching" : ""}}, page(index, files)`,
  ].join("\n");
}

function identifySource({ gone, projects }: ServerUses): string {
  return [
    "def identify(index, header):",
    '    """(what the request carried, its user name, how the index sees it)"""',
    "    if not header:",
    '        return "none", None, "anonymous"',
    '    scheme, _, rest = header.partition(" ")',
    '    if scheme.lower() != "basic":',
    '        return ("bearer" if scheme.lower() == "bearer" else "unknown"), None, "unknown"',
    '    sent, _, password = base64.b64decode(rest).decode().partition(":")',
    '    if password == "":',
    '        return "user-only", sent, "unknown"',
    "    standing = index and known(index, sent, password)",
    "    if standing:",
    gone
      ? '        return ("stale" if standing in ("expired", "revoked") else "good"), sent, standing'
      : '        return "good", sent, standing',
    ...(projects
      ? [
          "    for other in INDEXES if isinstance(index, GitLab) else []:  # a token of another project is known, and has no access",
          "        if isinstance(other, GitLab) and urlsplit(other.origin).hostname == urlsplit(index.origin).hostname:",
          "            standing = known(other, sent, password)",
          ...(gone ? ['            if standing in ("expired", "revoked"):', '                return "stale", sent, standing'] : []),
          "            if standing:",
          '                return "unknown", sent, "no-access"',
        ]
      : []),
    '    return "unknown", sent, "unknown"',
  ].join("\n");
}

function knownSource({ stale, states }: ServerUses): string {
  return [
    "def known(index, sent, password):",
    '    """What the user may do whose secret it is; None: nobody\'s."""',
    "    for user, about in index.users.items():",
    '        if index.accepts(sent, user) and password == os.environ[about["secret"]]:',
    `            return ${states ? 'state(index, user) or about["state"]' : 'about["state"]'}`,
    ...(stale ? ['        if index.accepts(sent, user) and password == os.environ[about["stale"]]:', '            return "revoked"'] : []),
    "    return None",
  ].join("\n");
}

const STATE = String.raw`def state(index, user):
    """What a step has made of it; None where none did."""
    now = None
    with open(WORK + "/states") as file:
        for line in file:
            name, who, changed = line.rstrip("\n").split("\t")
            if (name, who) == (index.name, user):
                now = changed
    return now`;

const ELSEWHERE = String.raw`def elsewhere(index, redirect, path, last, header):
    """Where a redirect leads: for a file, where the other index keeps it; else to the same path below the other's."""
    other = next((each for each in INDEXES if each.name == redirect["to"]), None)
    file = other and other.files.get(last.removesuffix(".metadata"))
    if file:
        location = other.link(file) + last[len(file.name):]
        location = location if "://" in location else other.origin + location
    else:
        base = other.origin + other.path if other else redirect["to"].rstrip("/") + "/"
        location = base + (path.removeprefix(index.path) if path.startswith(index.path) else last)
    login = None
    if redirect["credentials"] == "kept" and header:
        login = base64.b64decode(header.partition(" ")[2]).decode()
    elif redirect["credentials"] not in ("none", "kept"):
        users = other.users if other and redirect["credentials"] in other.users else index.users
        login = redirect["credentials"] + ":" + os.environ[users[redirect["credentials"]]["secret"]]
    if login is None:
        return location
    return location.replace("://", "://" + ":".join(quote(part, safe="!*'()") for part in login.split(":", 1)) + "@", 1)`;

function pageSource({ metadata, requiresPython }: ServerUses): string {
  const attributes = [
    ...(requiresPython ? [`        more = ' data-requires-python="%s"' % html.escape(file.python) if file.python else ""`] : []),
    ...(metadata
      ? [
          ...(requiresPython ? [] : ['        more = ""']),
          "        if index.metadata:",
          `            more += ' data-dist-info-metadata="sha256=%s"' % hashlib.sha256(file.metadata).hexdigest()`,
        ]
      : []),
  ];
  const has = attributes.length > 0;
  return [
    "def page(index, files):",
    '    lines = ["<!DOCTYPE html>", "<html><body>"]',
    "    for file in files:",
    ...attributes,
    `        lines.append('<a href="%s#sha256=%s"${has ? "%s" : ""}>%s</a><br>' % (index.link(file), file.sha256, ${has ? "more, " : ""}file.name))`,
    String.raw`    return "\n".join([*lines, "</body></html>", ""]).encode()`,
  ].join("\n");
}

const PART = String.raw`def part(content, method, wanted):
    """The file, or the range of it that was asked for."""
    headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted or "")
    if method != "GET" or not match or match[0] == "bytes=-":
        return 200, headers, content
    size = len(content)
    start = int(match[1]) if match[1] else max(0, size - int(match[2]))
    end = min(int(match[2]), size - 1) if match[1] and match[2] else size - 1
    return 206, {**headers, "Content-Range": "bytes %d-%d/%d" % (start, end, size)}, content[start:end + 1]`;

const TUNNEL = String.raw`
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
        self.close_connection = False  # not even where the tunnel was asked for by HTTP/1.0
`;

function handlerSource({ tls }: ServerUses): string {
  return String.raw`class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
${tls ? TUNNEL.slice(1) : ""}
    def do_GET(self):
        url = ${tls ? "self.path if self.origin is None else self.origin + self.path" : "self.path"}
        parts = urlsplit(url)
        origin = parts.scheme + "://" + parts.netloc.removesuffix(":80")
        index, authorization, user, (status, headers, body) = answer(self.command, origin, parts.path, self.headers.get)
        with open(WORK + "/step") as file:
            step = int(file.read())
        seen = dict(step=step, index=index and index.name, method=self.command, url=url, status=status, user=user,
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

    def send_error(self, code, *rest):
        if code == 501:  # an upload, say: what our own index would have answered is not known here
            with LOCK, open(WORK + "/trouble", "a") as file:
                file.write("the script's index knows no %s, and was asked to %s\n" % (self.command, self.path))
        super().send_error(code, *rest)

    def log_message(self, *_):
        pass`;
}

const SERVER = String.raw`class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # a client that hung up
        pass`;

const CONTEXTS = String.raw`def contexts():
    """TLS for each host."""
    made = {}
    for host, certificate in CERTIFICATES.items():
        with open(WORK + "/" + host + ".pem", "w") as file:
            file.write(KEY + certificate)
        made[host] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made[host].load_cert_chain(WORK + "/" + host + ".pem")
    return made`;
