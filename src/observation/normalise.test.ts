import { expect, test } from "vitest";
import { createNormaliser } from "./normalise.ts";

const normalise = createNormaliser([
  ["$WORK", "/tmp/uv-mre-a1b2"],
  ["$PROJECT", "/tmp/uv-mre-a1b2/project"],
  ["$HOME", "/tmp/uv-mre-a1b2/home/"],
  ["$CACHE", "/tmp/uv-mre-a1b2/cache"],
  ["$WORK", "C:\\Temp\\uv-mre-a1b2"],
]);

test("what differs between equal runs is replaced", () => {
  const text = [
    "Using Python 3.11.7 at: /tmp/uv-mre-a1b2/project/.venv/bin/python3",
    "file:///tmp/uv-mre-a1b2/home/.netrc, and /tmp/uv-mre-a1b2.",
    "not ours: /tmp/uv-mre-a1b2c/x /tmp/uv-mre-a1b2-other",
    String.raw`{"dir":"C:\\Temp\\uv-mre-a1b2\\x"} C:\Temp\uv-mre-a1b2\y`,
    "Resolved 3 packages in 12ms",
    "Prepared 1 package in 1m 02s; retries in 5.3s, waited 0.40s (took 3µs)",
    "at 2026-08-21T16:54:14.123456Z and 2026-08-21 16:54:14+00:00, as of 2026-08-21",
    "http://127.0.0.1:41235/private/ http://localhost:8080/ http://[::1]:99/ http://feeds.example.com:8443/",
    "/tmp/uv-mre-a1b2/cache/.tmpAb3dE9/x /tmp/uv-mre-a1b2/cache/archive-v0/Zk39xQ7b_Lm2P/a",
    "\u001b[1mwarning\u001b[0m: versions stay: uv 0.9.5, keyring==25.7.0, sha256:00ms\r",
  ].join("\n");
  expect(normalise(text)).toMatchInlineSnapshot(`
    "Using Python 3.11.7 at: $PROJECT/.venv/bin/python3
    file://$HOME/.netrc, and $WORK.
    not ours: /tmp/uv-mre-a1b2c/x /tmp/uv-mre-a1b2-other
    {"dir":"$WORK\\\\x"} $WORK\\y
    Resolved 3 packages in [TIME]
    Prepared 1 package in [TIME]; retries in [TIME], waited [TIME] (took [TIME])
    at [DATE] and [DATE], as of 2026-08-21
    http://127.0.0.1:[PORT]/private/ http://localhost:[PORT]/ http://[::1]:[PORT]/ http://feeds.example.com:8443/
    $CACHE/.tmp[RANDOM]/x $CACHE/archive-v0/[ARCHIVE]/a
    warning: versions stay: uv 0.9.5, keyring==25.7.0, sha256:00ms
    "
  `);
});

test("normalising twice changes nothing more", () => {
  const once = normalise("in 12ms at /tmp/uv-mre-a1b2/project, 127.0.0.1:80, 2026-08-21T16:54:14Z");
  expect(normalise(once)).toBe(once);
});

test("a name is put in literally, and an empty or root path names nothing", () => {
  expect(
    createNormaliser([
      ["$&", "/data/run"],
      ["$ROOT", "/"],
      ["$NONE", ""],
    ])("/data/run/x /etc"),
  ).toBe("$&/x /etc");
});
