import { expect, it } from "vitest";
import { readVariables } from "../look/variables.ts";
import type { Looked } from "../model.ts";
import { recordedEnvironment } from "./environment.ts";
import { nothingToRecord, whyNotRecorded } from "./refusal.ts";

function why(env: Record<string, string>, more: Partial<Looked> = {}, argv: readonly string[] = ["uv", "sync"]): string | null {
  const uv = { path: "/bin/uv", version: "0.9.9" };
  const looked = { uv, settings: [], manifests: [], variables: readVariables(env, () => "secret-1"), ...more };
  return whyNotRecorded(looked, argv, (names) => names.map((name) => env[name]).find((value) => value !== undefined) ?? null);
}

const settings = (text: string, read = true): Partial<Looked> => ({ settings: [{ place: "~/.config/uv/uv.toml", text, read }] });
const manifest = (text: string): Partial<Looked> => ({ manifests: [{ path: "pyproject.toml", text }] });

it.each([
  ["a proxy in uv.toml", {}, settings('http-proxy = "http://p.test"\n'), /^~\/\.config\/uv\/uv\.toml: `http-proxy` counts for more/],
  ["a proxy of the project's", {}, manifest('[tool.uv]\nno-proxy = ["a.test"]\n'), /^pyproject\.toml: `no-proxy` counts for more/],
  ["a proxy in one line", {}, manifest('tool.uv.https-proxy = "http://p.test"\n'), /`https-proxy`/],
  ["a client certificate", { SSL_CLIENT_CERT: "/jane.pem" }, {}, /a client certificate/],
  ["hosts that are not checked", { UV_INSECURE_HOST: "pkgs.test" }, {}, /certificates uv does not check/],
  ["a proxy without HTTP", { ALL_PROXY: "socks5://jane:plover@p.test" }, {}, /by a proxy that speaks no HTTP$/],
  ["SSL_CERT_DIR alone", { SSL_CERT_DIR: "/certs" }, {}, /does not read SSL_CERT_DIR alone/],
  ["SSL_CERT_DIR alone, and no release", { SSL_CERT_DIR: "/certs" }, { uv: null }, /does not read SSL_CERT_DIR alone/],
])("is refused, and why is said: %s", (_, env, more, expected) => {
  expect(why(env, more)).toMatch(expected);
});

it.each([
  ["nothing odd", {}, {}, []],
  ["a proxy with a login", { HTTPS_PROXY: "http://jane:plover@p.test:3128", NO_PROXY: "10.0.0.0/8,a.test" }, {}, []],
  ["a file that uv does not read", {}, settings('http-proxy = "http://p.test"\n', false), []],
  ["another tool's proxy", {}, manifest('[tool.other]\nhttp-proxy = "x"\n'), []],
  ["SSL_CERT_DIR beside SSL_CERT_FILE", { SSL_CERT_DIR: "/certs", SSL_CERT_FILE: "/ca.pem" }, {}, []],
  ["SSL_CERT_DIR that the system's trust has", { SSL_CERT_DIR: "/certs" }, {}, ["--native-tls"]],
  ["SSL_CERT_DIR of a release that reads it", { SSL_CERT_DIR: "/certs" }, { uv: { path: "", version: "0.9.10" } }, []],
])("is recorded: %s", (_, env, more, argv) => {
  expect(why(env, more, ["uv", "sync", ...argv])).toBeNull();
});

it("has nothing to record where nothing answered", () => {
  expect(nothingToRecord({ failure: null })).toBeNull();
  expect(nothingToRecord({ failure: { kind: "certificate", what: "UnknownIssuer" } })).toMatch(/^TLS failed .*UnknownIssuer/);
  expect(nothingToRecord({ failure: { kind: "connection", what: "dns error" } })).toMatch(/no answer .*dns error/);
});

it("leads to the gateway, past no host, and keeps the rest", () => {
  const env = { NO_PROXY: "a.test", no_proxy: "b.test", HTTPS_PROXY: "http://p.test", ALL_PROXY: "http://q.test", PATH: "/bin" };
  expect(recordedEnvironment(env, { gateway: "http://127.0.0.1:1", certificates: "/tmp/a.pem" })).toEqual({
    PATH: "/bin",
    ALL_PROXY: "http://q.test",
    HTTP_PROXY: "http://127.0.0.1:1",
    http_proxy: "http://127.0.0.1:1",
    HTTPS_PROXY: "http://127.0.0.1:1",
    https_proxy: "http://127.0.0.1:1",
    SSL_CERT_FILE: "/tmp/a.pem",
  });
});
