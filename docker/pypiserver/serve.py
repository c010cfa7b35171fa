"""Runs pypiserver, as its own WSGI application, for one index or for many that know nothing of each other.

    /simple/…                    the root index: DATA/packages, users in DATA/htpasswd
    /_index/ID/MOUNT/simple/…    an index of its own: DATA/index/ID, described by its index.json
    /health                      200 as soon as requests are answered

index.json: {"mount": "/acme/pypi", "shared": ["HASH"], "authenticate": ["download", "list", "update"]}
  mount         the path under which people see this index; it is in every link, as behind a reverse proxy
  shared        folders of DATA/shared that are served beside DATA/index/ID/packages; uploads go to the latter
  authenticate  which of pypiserver's actions ask for credentials; none: open

pypiserver decides on every request by itself; this file only chooses which of its applications answers.
The port may be 0: the one that was bound is printed once connections to it are accepted. So that the server
outlives no one who was killed, it ends with its standard input or with its parent, as asked.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import sys
import threading
import time

import pypiserver
import waitress
from passlib.apache import HtpasswdFile

INDEX_PATH = re.compile(r"/_index/([0-9A-Za-z_-]{1,64})(/.*)")


def signature(file):
    """What changes whenever a file is written, also twice within the resolution of its modification time."""
    try:
        stat = file.stat()
    except FileNotFoundError:
        return None
    return (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)


def htpasswd_check(file):
    """The check that pypiserver makes itself, except that a rewrite within the same second is seen too."""
    known = {"signature": None, "users": None}
    lock = threading.Lock()

    def check(user, password):
        with lock:
            now = signature(file)
            if known["users"] is None or now != known["signature"]:
                known.update(signature=now, users=HtpasswdFile(str(file)) if now else HtpasswdFile())
            # passlib answers None for an unknown user, which pypiserver takes for "no".
            return bool(known["users"].check_password(user, password))

    return check


def application(roots, htpasswd, authenticate, fallback, overwrite=False):
    gates = {"authenticate": authenticate, "password_file": str(htpasswd), "auther": htpasswd_check(htpasswd)}
    if not authenticate:
        gates = {"authenticate": [], "password_file": "."}
    return pypiserver.app(
        roots=roots,
        disable_fallback=fallback is None,
        fallback_url=fallback or "http://fallback.invalid/simple/",
        overwrite=overwrite,
        **gates,
    )


class Server:
    """A WSGI application that hands each request to the pypiserver of its index."""

    def __init__(self, data, root_options):
        self.data = data
        self.indexes = {}
        self.lock = threading.Lock()
        (data / "packages").mkdir(parents=True, exist_ok=True)
        self.root = application([data / "packages"], data / "htpasswd", **root_options)

    def index(self, name):
        with self.lock:
            known = self.indexes.get(name)
            if known is None:
                folder = self.data / "index" / name
                try:
                    described = json.loads((folder / "index.json").read_text("utf-8"))
                except FileNotFoundError:
                    return None
                roots = [folder / "packages", *(self.data / "shared" / shared for shared in described["shared"])]
                app = application(roots, folder / "htpasswd", described["authenticate"], None)
                known = self.indexes[name] = (described["mount"].rstrip("/"), app)
            return known

    def __call__(self, environ, start_response):
        matched = INDEX_PATH.fullmatch(environ["PATH_INFO"])
        if matched is None:
            return self.root(environ, start_response)
        known = self.index(matched[1])
        if known is None:
            return refuse(start_response, "no such index")
        mount, app = known
        path = matched[2]
        if path != mount and not path.startswith(f"{mount}/"):
            return refuse(start_response, "outside of this index")
        return app({**environ, "SCRIPT_NAME": mount, "PATH_INFO": path[len(mount) :] or "/"}, start_response)


def refuse(start_response, reason):
    body = f"uv-mre: {reason}\n".encode()
    start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def end_after(wait):
    """Ends this process, at once, when `wait` returns."""

    def then_end():
        wait()
        os._exit(0)

    threading.Thread(target=then_end, daemon=True).start()


def end_of_stdin():
    while os.read(sys.stdin.fileno(), 1024):
        pass


def death_of(parent):
    while os.getppid() == parent:
        time.sleep(0.5)


def arguments():
    parser = argparse.ArgumentParser(description="pypiserver, for one index or for many")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--authenticate", default="", help="of the root index, as pypiserver's own option")
    parser.add_argument("--fallback", help="of the root index: where to send those who ask for an unknown package")
    parser.add_argument("--overwrite", action="store_true", help="of the root index: uploads may replace a file")
    parser.add_argument("--end-with-stdin", action="store_true")
    parser.add_argument("--end-with-parent", type=int, metavar="PID")
    return parser.parse_args()


def main():
    # As the first process of a container Python would ignore SIGTERM.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    chosen = arguments()
    authenticate = [action for action in chosen.authenticate.split(",") if action]
    options = {"authenticate": authenticate, "fallback": chosen.fallback, "overwrite": chosen.overwrite}
    # create_server binds and listens: a connection made after the next line is answered.
    server = waitress.create_server(
        Server(chosen.data, options), host=chosen.host, port=chosen.port, threads=8, clear_untrusted_proxy_headers=False
    )
    print(f"pypiserver {pypiserver.version} listens on port {server.effective_port}", flush=True)
    if chosen.end_with_stdin:
        end_after(end_of_stdin)
    if chosen.end_with_parent:
        end_after(lambda: death_of(chosen.end_with_parent))
    server.run()


if __name__ == "__main__":
    main()
