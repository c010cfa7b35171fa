import { describe, expect, it } from "vitest";
import { connectionTo, connectionWords, type Connection } from "./proxy-and-trust.ts";
import { readVariables } from "./variables.ts";

const URL_ASKED = "https://pkgs.falcon.test/simple/one/";

function way(env: Record<string, string>, uvToml = "", argv: readonly string[] = ["uv", "sync"], url = URL_ASKED): Connection {
  const settings = uvToml === "" ? [] : [{ place: "uv.toml", text: uvToml, read: true }];
  return connectionTo(url, { variables: readVariables(env, () => "secret-1"), settings, manifests: [] }, argv);
}

describe("the way to an index", () => {
  it.each([
    ["straight", {}, null],
    ["by the proxy of its scheme", { HTTPS_PROXY: "http://p.test:1", HTTP_PROXY: "http://q.test" }, "http://p.test:1"],
    ["by the proxy for all", { all_proxy: "p.test:1" }, "http://p.test:1"],
    ["by the upper-case variable first", { https_proxy: "http://a.test", HTTPS_PROXY: "http://b.test" }, "http://b.test"],
    ["past the proxy for a domain", { HTTPS_PROXY: "http://p.test", NO_PROXY: "x.test, falcon.test" }, null],
    ["past the proxy for a domain with a dot", { HTTPS_PROXY: "http://p.test", no_proxy: ".falcon.test" }, null],
    ["past the proxy for all", { HTTPS_PROXY: "http://p.test", NO_PROXY: "*" }, null],
    ["by the proxy for a host that only ends alike", { HTTPS_PROXY: "http://p.test", NO_PROXY: "con.test" }, "http://p.test"],
  ])("goes %s", (_, env, proxy) => {
    expect(way(env)).toEqual({ kind: "open", proxy, trust: { kind: "bundled" } });
  });

  it.each([
    ["a file alone", { SSL_CERT_FILE: "/ca.pem", UV_NATIVE_TLS: "1" }, "", [], { kind: "file", path: "/ca.pem" }],
    ["the system's by a variable", { UV_SYSTEM_CERTS: "true" }, "", [], { kind: "system" }],
    ["the system's by an option", {}, "", ["--native-tls"], { kind: "system" }],
    ["the system's by a setting", {}, "native-tls = true\n", [], { kind: "system" }],
    ["the public ones", { UV_NATIVE_TLS: "0" }, "native-tls = false\n", [], { kind: "bundled" }],
  ])("trusts %s", (_, env, text, argv, trust) => {
    expect(way(env, text, argv)).toMatchObject({ kind: "open", trust });
  });

  it.each([
    ["a proxy in uv's settings", {}, 'https-proxy = "http://p.test"\n'],
    ["a proxy that asks for a login", { HTTPS_PROXY: "http://jane:plover@p.test" }, ""],
    ["a proxy that speaks no HTTP", { ALL_PROXY: "socks5://p.test" }, ""],
    ["a client certificate (SSL_CLIENT_CERT), which is a credential", { SSL_CLIENT_CERT: "/c.pem" }, ""],
    ["SSL_CERT_DIR, which not every release of uv reads", { SSL_CERT_DIR: "/c", SSL_CERT_FILE: "/ca.pem" }, ""],
    ["hosts whose certificates uv does not check (allow-insecure-host)", {}, 'allow-insecure-host = ["a"]\n'],
  ])("is not gone where we would not go as uv does: %s", (why, env, text) => {
    expect(way(env, text)).toEqual({ kind: "closed", why });
  });

  it("is not gone where NO_PROXY has a range that the address may be in", () => {
    const env = { HTTP_PROXY: "http://p.test", NO_PROXY: "10.0.0.0/8" };
    expect(way(env, "", [], "http://10.1.1.1/simple/")).toEqual({ kind: "closed", why: "a range of addresses in NO_PROXY" });
    expect(way(env, "", [], "http://a.test/simple/")).toMatchObject({ proxy: "http://p.test" });
  });

  it("is told before it is gone", () => {
    const told = (env: Record<string, string>): string => connectionWords(way(env) as Connection & { kind: "open" }, URL_ASKED);
    expect(told({ HTTPS_PROXY: "http://p.test", SSL_CERT_FILE: "/ca.pem" })).toBe(", through the proxy http://p.test, trusting /ca.pem");
    expect(told({})).toBe(", trusting the public authorities");
  });
});
