import { describe, expect, it } from "vitest";
import { drafted, NOBODY, PAGE, PROJECT, written } from "../../../test/draft-fixture.ts";
import { uvLogOf } from "../../../test/uv-log-fixture.ts";
import { namesOf } from "../names/collect.ts";
import { createRenamer } from "../names/rename.ts";
import { hypothesesOf } from "../hypotheses.ts";
import { draftOf } from "./draft.ts";
import { materialOf } from "./material.ts";
import { scenarioToml } from "./toml.ts";
import type { UvLog } from "../uv-log/model.ts";
import { readSettings } from "../look/settings.ts";
import { readVariables } from "../look/variables.ts";
import type { Looked } from "../model.ts";

describe("what goes wrong beside credentials", () => {
  const FAILED = "error: Failed to fetch: `https://pkgs.falcon.test/api/pypi/heron/simple/orion/` Caused by: ";
  const UNANSWERED = uvLogOf({ ...PAGE, statuses: [], ended: null });
  const connection = (what: string, words: string): UvLog => ({
    ...UNANSWERED,
    failure: { kind: "connection", what },
    message: FAILED + words,
  });
  const named = (env: Record<string, string>): Pick<Looked, "variables"> => ({ variables: readVariables(env, () => "secret-1") });
  const SETTING = { place: "~/.config/uv/uv.toml", text: 'https-proxy = "http://heron.falcon.test:3128"\n', read: true };

  it.each([
    ["a variable's", named({ HTTPS_PROXY: "heron.falcon.test:3128" }), /env = \{ HTTPS_PROXY = "\{\{url\.proxy\}\}" \}/],
    ["a setting's", { settings: [SETTING] }, /\nhttps-proxy = "\{\{url\.proxy\}\}"/],
  ])("has a proxy that is out of reach, %s, and suggests that it can be reached", (_, looked, way) => {
    const { text, repairs } = written({ ...NOBODY, ...looked }, connection("connection refused", "Connection refused (os error 111)"));
    expect(text).toMatch(/\[proxy\]\nurl = "http:\/\/[a-z]+\.[a-z]+\.[a-z]+:81\d\d\/"\nfaults = \[\{ kind = "connection-refused" \}\]/);
    expect(text).toMatch(way);
    expect(repairs).toContain("proxy-reachable");
  });

  it("has a proxy that asks for a login, and one that cannot reach the host itself", () => {
    const proxied = { ...NOBODY, ...named({ HTTPS_PROXY: "http://heron.falcon.test:3128" }) };
    const login = written(proxied, connection("tunnel error", "tunnel error: proxy authorization required"));
    expect(login.text).toMatch(/\[proxy\]\nurl = "\S+"\nuser = "member"\n/);
    expect(login.repairs).toContain("proxy-login");
    const away = written(proxied, connection("tunnel error", "tunnel error: unsuccessful"));
    expect(away.text).toMatch(/\[index\.[^]*faults = \[\{ kind = "connection-refused" \}\]\n[^]*\[proxy\]\nurl = "\S+"\n\n/);
  });

  it("leaves out a proxy that the host is asked without, and says that it holds no two", () => {
    const refused = connection("connection refused", "Connection refused (os error 111)");
    const passed = named({ HTTPS_PROXY: "http://heron.falcon.test:3128", NO_PROXY: "falcon.test" });
    expect(written({ ...NOBODY, ...passed }, refused).text).not.toContain("proxy");
    const two = named({ HTTPS_PROXY: "http://heron.falcon.test:3128", HTTP_PROXY: "http://heron.falcon.test:3129" });
    expect(drafted({ ...NOBODY, ...two }, refused).unable).toEqual(["several proxies: a scenario has one"]);
  });

  it.each([
    ["Expired", "expired"],
    ["NotValidForName", "wrong-name"],
    ["BadSignature", "sha1"],
  ])("has an index whose certificate is refused as %s", (what, kind) => {
    const log: UvLog = { ...UNANSWERED, failure: { kind: "certificate", what }, message: FAILED };
    const { text, repairs } = written(NOBODY, log);
    expect(text).toContain(`certificate = "${kind}"`);
    expect(text).not.toContain("tls");
    expect(repairs).toContain("certificate-in-order");
  });

  it("has an index that answers badly whoever asks", () => {
    const [page, file] = [
      { ...PAGE, sent: "credentials", statuses: [401], ended: 200 },
      { url: `${PAGE.url}orion-1.4.0-py3-none-any.whl` },
    ] as const;
    const forbidden = uvLogOf(page, { ...page, ...file, statuses: [403], ended: 403 });
    expect(written(NOBODY, forbidden).text).toContain('faults = [{ kind = "status", status = 403, for = "files" }]');
    const broken = written(NOBODY, uvLogOf({ ...page, statuses: [502], ended: 502 }));
    expect(broken.text).toContain('faults = [{ kind = "status", status = 502, for = "pages" }]');
    expect(broken.repairs).toContain("index-in-order");
    const cut = written(NOBODY, { ...uvLogOf(page, { ...page, ...file }), message: "error: x Caused by: error decoding response body" });
    expect(cut.text).toContain('faults = [{ kind = "truncate", for = "files" }]');
    const empty = written(NOBODY, { ...uvLogOf(page), message: "error: x Because there are no versions of orion and y" });
    expect(empty.text).toContain("versions = []");
  });

  it("takes a registry that answers otherwise than its path says for a plain one", () => {
    const url = "https://pkgs.falcon.test/repository/heron/simple/";
    const text = PROJECT.replace("https://pkgs.falcon.test/api/pypi/heron/simple", url);
    const looked = {
      ...NOBODY,
      manifests: [{ path: "pyproject.toml", text }],
      indexes: readSettings(text, "pyproject.toml", "pyproject").indexes,
    };
    const page = { ...PAGE, url: `${url}orion/`, sent: "credentials", source: "netrc" } as const;
    expect(written(looked, uvLogOf({ ...page, statuses: [401], ended: 401 })).text).toContain('flavour = "nexus"');
    const other = written(looked, uvLogOf({ ...page, statuses: [401, 403], ended: 403 })).text;
    expect(other).not.toContain("nexus");
    expect(other).toContain("invalid-status = 403");
  });

  it("takes a page that is missing for one that is not there, and has the world where it is hidden", () => {
    const variables = readVariables({ UV_INDEX_FALCON_PROD_USERNAME: "jane", UV_INDEX_FALCON_PROD_PASSWORD: "hunter-2" }, () => "secret-1");
    const looked = { ...NOBODY, variables };
    const log = uvLogOf({ ...PAGE, sent: "credentials", source: "settings", statuses: [404], ended: 404 });
    expect(written(looked, log).text).toMatch(/_PASSWORD = "\{\{secret\./);
    const renamer = createRenamer(namesOf(looked, log, [], [], []));
    const [world] = hypothesesOf(materialOf(looked, log, renamer));
    expect(world?.words).toBe("index 1 hides what it has from whoever it does not know, and the secret is bad");
    const text = scenarioToml(draftOf(world!.material, ["uv", "sync"]).document);
    expect(text).toMatch(/anonymous-status = 404\ninvalid-status = 404\n/);
    expect(text).toMatch(/_PASSWORD = "\{\{stale\./);
  });

  it("says of two users at one host which was refused", () => {
    const lab = PROJECT + '[[tool.uv.index]]\nname = "lab"\nurl = "https://pkgs.falcon.test/lab/simple/"\n';
    const indexes = readSettings(lab, "pyproject.toml", "pyproject").indexes;
    const secrets: Record<string, string> = { one: "secret-1", two: "secret-2" };
    const env = {
      UV_INDEX_FALCON_PROD_USERNAME: "jane",
      UV_INDEX_FALCON_PROD_PASSWORD: "one",
      UV_INDEX_LAB_USERNAME: "bot",
      UV_INDEX_LAB_PASSWORD: "two",
    };
    const looked = {
      ...NOBODY,
      indexes,
      manifests: [{ path: "pyproject.toml", text: lab }],
      variables: readVariables(env, (value) => secrets[value] ?? ""),
    };
    const page = { ...PAGE, sent: "credentials", source: "settings" } as const;
    const log = uvLogOf(
      { ...page, ended: 200 },
      { ...page, url: "https://pkgs.falcon.test/lab/simple/quartz/", statuses: [401, 403], ended: 403 },
    );
    const renamer = createRenamer(namesOf(looked, log, [], [], []));
    expect(materialOf(looked, log, renamer).credentials.map(({ user, state }) => `${user} ${state}`)).toEqual([
      "jane accepted",
      "bot refused",
    ]);
  });

  it("has a keyring without an entry where none was found, and a tool with a command", () => {
    const looked: Looked = {
      ...NOBODY,
      keyringProvider: { value: "subprocess", place: "pyproject.toml" },
      keyrings: [{ path: "/home/jane/bin/keyring", from: "tool", backends: ["falcon"] }],
    };
    const silent = written(looked, uvLogOf({ ...PAGE, asked: [{ source: "keyring", found: false }] }));
    expect(silent.text).toContain("answers = []");
    expect(silent.repairs).toContain("keyring-entry");
    const shadowed = written(
      { ...looked, venv: { ...looked.venv, exists: true, holdsKeyring: true } },
      uvLogOf({ ...PAGE, asked: [{ source: "keyring", found: false }] }),
    );
    expect(shadowed.text).not.toContain("answers");
    expect(written(looked, uvLogOf({ ...PAGE, asked: [{ source: "keyring", found: true }] })).text).not.toContain("answers");
    const tool = written({ ...NOBODY, manifests: [] }, uvLogOf(PAGE), ["uv", "tool", "install", "orion>=1"]);
    expect(tool.text).toMatch(/scripts = \{/);
  });
});
