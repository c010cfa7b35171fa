import path from "node:path";
import { describe, expect, test } from "vitest";
import { buildEnvironment, describeAddedEnvironment, type EnvironmentOptions } from "./environment.ts";
import { layoutFor, workspacePaths } from "./layout.ts";

function options(extra: Partial<EnvironmentOptions> = {}): EnvironmentOptions {
  return {
    paths: workspacePaths("/work", layoutFor("linux")),
    run: "run-1",
    network: { kind: "proxy", proxyUrl: "http://127.0.0.1:4000" },
    step: 2,
    env: {},
    activeVenv: null,
    tls: "file",
    keyringPlugin: true,
    pipConfig: false,
    host: { PATH: "/usr/bin", UV_INDEX: "https://x", SYSTEMROOT: "C:\\Windows" },
    platform: "linux",
    ...extra,
  };
}

describe("a step's environment", () => {
  test("is exactly this", () => {
    expect(buildEnvironment(options())).toMatchInlineSnapshot(`
      {
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/work/etc/no-session-bus",
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": "/work/home",
        "HTTPS_PROXY": "http://127.0.0.1:4000",
        "HTTP_PROXY": "http://127.0.0.1:4000",
        "LANG": "C.UTF-8",
        "PATH": "/work/home/.local/bin:/work/bin",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PYTHONPATH": "/work/probe",
        "SSL_CERT_FILE": "/work/etc/ca.pem",
        "TMPDIR": "/work/tmp",
        "TZ": "UTC",
        "USER": "user",
        "UV_MRE_KEYRING": "/work/etc/keyring.json",
        "UV_MRE_KEYRING_JOURNAL": "/work/output/keyring-2.jsonl",
        "UV_MRE_RUN": "run-1",
        "UV_PYTHON_DOWNLOADS": "never",
        "XDG_CONFIG_DIRS": "/work/etc",
      }
    `);
  });

  test("puts the active venv first, and says so", () => {
    const { PATH, VIRTUAL_ENV } = buildEnvironment(options({ activeVenv: "/work/project/.venv" }));
    expect([PATH, VIRTUAL_ENV]).toEqual(["/work/project/.venv/bin:/work/home/.local/bin:/work/bin", "/work/project/.venv"]);
  });

  test("asks loopback indexes without a proxy", () => {
    const environment = buildEnvironment(options({ network: { kind: "loopback", defaultIndexUrl: "http://127.0.0.1:4000/default/" } }));
    const network = Object.entries(environment).filter(([name]) => /INDEX|PROXY|SSL/.test(name));
    expect(Object.fromEntries(network)).toEqual({
      UV_DEFAULT_INDEX: "http://127.0.0.1:4000/default/",
      UV_INDEX_URL: "http://127.0.0.1:4000/default/",
    });
  });

  test("trusts nothing of ours where the step says so", () => {
    expect(buildEnvironment(options({ tls: "none" }))).not.toHaveProperty("SSL_CERT_FILE");
  });

  test("leaves pip its configuration where the scenario brings one", () => {
    expect(buildEnvironment(options({ pipConfig: true }))).not.toHaveProperty("PIP_CONFIG_FILE");
  });

  test("is the scenario's where they differ, but for the probe", () => {
    const { HTTPS_PROXY, PYTHONPATH } = buildEnvironment(
      options({ env: { HTTPS_PROXY: "http://p.example", PYTHONPATH: "/work/project" } }),
    );
    expect([HTTPS_PROXY, PYTHONPATH]).toEqual(["http://p.example", "/work/probe:/work/project"]);
  });

  test("holds on Windows what programs there do not start without", () => {
    const environment = buildEnvironment(options({ platform: "win32", paths: workspacePaths("C:\\work", layoutFor("win32")) }));
    expect(environment).toMatchObject({
      SYSTEMROOT: "C:\\Windows",
      USERPROFILE: "C:\\work\\home",
      PATH: "C:\\work\\home\\.local\\bin;C:\\work\\bin",
    });
    expect(environment).not.toHaveProperty("UV_INDEX");
  });
});

test("every variable that is added has a reason, and no other is there", () => {
  for (const activeVenv of [null, "/work/project/.venv"]) {
    const added = describeAddedEnvironment(options({ activeVenv }));
    const environment = buildEnvironment(options({ activeVenv }));
    expect(Object.fromEntries(added.map(({ name, value }) => [name, value]))).toEqual(environment);
    expect(added.filter(({ why }) => why === "")).toEqual([]);
  }
});

test("places on this machine are absolute", () => {
  const { root, ...places } = workspacePaths(path.resolve("/work"), layoutFor(process.platform));
  for (const place of Object.values(places)) expect(place.startsWith(root + path.sep)).toBe(true);
});
