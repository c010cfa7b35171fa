import { describe, expect, it } from "vitest";
import { drafted, NOBODY, PAGE, PROJECT, written } from "../../../test/draft-fixture.ts";
import { uvLogOf } from "../../../test/uv-log-fixture.ts";
import type { Chain, UvLog } from "../uv-log/model.ts";
import { readSettings } from "../look/settings.ts";
import { misnamedVariables, readVariables } from "../look/variables.ts";
import type { AskedAnswer, Looked } from "../model.ts";
import { namesOf } from "../names/collect.ts";
import { remainingNames } from "../names/remaining-names.ts";
import { createRenamer } from "../names/rename.ts";
import { hypothesesOf } from "../hypotheses.ts";
import { commandWords } from "./command.ts";
import { draftOf } from "./draft.ts";
import { materialOf } from "./material.ts";

describe("what could not be seen", () => {
  const variables = readVariables({ UV_INDEX_FALCON_PROD_USERNAME: "jane", UV_INDEX_FALCON_PROD_PASSWORD: "s" }, () => "secret-1");
  const manifest = PROJECT.replace("https://pkgs.falcon.test/api/pypi/heron/simple", "https://pkgs.falcon.test/simple");
  const looked: Looked = {
    ...NOBODY,
    variables,
    manifests: [{ path: "pyproject.toml", text: manifest }],
    indexes: readSettings(manifest, "pyproject.toml", "pyproject").indexes,
  };
  const page: Chain = { ...PAGE, url: "https://pkgs.falcon.test/simple/orion/" };
  const hypotheses = (log: UvLog, asked: readonly AskedAnswer[] = []): string[][] => {
    const renamer = createRenamer(namesOf(looked, log, ["uv", "sync"], [], []));
    const material = { ...materialOf(looked, log, renamer), asked };
    return hypothesesOf(material).map((hypothesis) => [
      hypothesis.words,
      JSON.stringify(draftOf(hypothesis.material, ["uv", "sync"]).document),
    ]);
  };

  it("is varied one by one: secrets that were never sent, then the kind of registry", () => {
    const [secret = [], flavour = [], ...more] = hypotheses(uvLogOf(page));
    expect(more).toEqual([]);
    expect(secret[0]).toMatch(/^the secret of user [a-z]+ in a URL or variables is bad$/);
    expect(secret[1]).toContain("{{stale.");
    expect(flavour[0]).toBe("index 1 is a pypiserver");
    expect(flavour[1]).toContain('"flavour":"pypiserver"');
    expect(flavour[1]).not.toContain("{{stale.");
  });

  it("is nothing where it was sent, and the registry told what it is", () => {
    const refused: Chain = { ...page, statuses: [401, 403], ended: 403, sent: "credentials", source: "settings", user: "jane" };
    expect(hypotheses(uvLogOf(refused))).toEqual([]);
    const asked = [{ index: "https://pkgs.falcon.test/simple", status: 401, challenge: 'Basic realm="pypi"', type: null }];
    expect(hypotheses(uvLogOf(page), asked).map(([words]) => words)).toHaveLength(1);
  });
});

describe("a scenario from what was looked at and logged", () => {
  it("has flavour, packages, extras, groups and conflicts under other names", () => {
    const { text } = written(NOBODY, uvLogOf(PAGE), ["uv", "sync", "--extra", "fast", "--python", "/home/jane/python"]);
    expect(text).toContain('flavour = "artifactory"');
    expect(text).toContain('user = "member"');
    expect(text).toMatch(/version = "2\.1"/);
    expect(text).toContain("package = false");
    expect(text).toContain('version = "7.3.1"');
    expect(text).not.toMatch(/falcon|orion|lumen|quartz|heron|nest\b|jane|hatchling/);
  });

  it.each([
    ["a challenge's registry", 401, 'Basic realm="pypi"', null, /flavour = "pypiserver"/],
    ["a status of its own for strangers", 403, null, null, /anonymous-status = 403/],
    ["no JSON, and pages for all", 200, null, "text/html", /json = false/],
  ])("has what an index says when it is asked: %s", (_, status, challenge, type, expected) => {
    const url = "https://pkgs.falcon.test/falcon/simple";
    const manifest = PROJECT.replace("https://pkgs.falcon.test/api/pypi/heron/simple", url);
    const looked: Looked = {
      ...NOBODY,
      manifests: [{ path: "pyproject.toml", text: manifest }],
      indexes: readSettings(manifest, "pyproject.toml", "pyproject").indexes,
    };
    const page: Chain = { ...PAGE, url: `${url}/orion/`, statuses: [], ended: null, sent: null };
    const asked = [{ index: url, status, challenge, type }];
    expect(written(looked, uvLogOf(page), undefined, asked).text).toMatch(expected);
    expect(written(looked, uvLogOf(page)).text).not.toMatch(expected);
  });

  it.each([
    ["its challenge", { challenge: 'Basic realm="pypi"' }, /flavour = "pypiserver"/],
    ["how it refuses strangers", { none: 403 }, /anonymous-status = 403/],
    ["pages of HTML alone", { type: "text/html" }, /json = false/],
    ["HTTP/1.1 alone", { http: "1.1" }, /http = "1\.1"/],
    ["relative links", { links: { form: "relative", scheme: null } }, /links = "relative"/],
    ["links of another scheme", { links: { form: "url", scheme: "http" } }, /links-as = "http"/],
  ] as const)("has what a gateway saw of an index: %s", (_, seen, expected) => {
    const url = "https://pkgs.falcon.test/falcon/simple";
    const manifest = PROJECT.replace("https://pkgs.falcon.test/api/pypi/heron/simple", url);
    const indexes = readSettings(manifest, "pyproject.toml", "pyproject").indexes;
    const looked: Looked = { ...NOBODY, manifests: [{ path: "pyproject.toml", text: manifest }], indexes };
    const log = uvLogOf({ ...PAGE, url: `${url}/orion/`, statuses: [], ended: null, sent: null });
    const silent = { index: url, none: null, challenge: null, type: null, http: null, links: null };
    expect(written(looked, log, undefined, [], [{ ...silent, ...seen }]).text).toMatch(expected);
    expect(written(looked, log, undefined, [], [silent]).text).not.toMatch(expected);
  });

  it("keeps who may log in at an index that is open to all", () => {
    const logins: Looked["logins"] = [{ kind: "netrc", place: "netrc", service: "pkgs.falcon.test", user: "jane", secret: "secret-1" }];
    const { text, repairs } = written({ ...NOBODY, logins }, uvLogOf({ ...PAGE, statuses: [200], ended: 200 }));
    expect(text).toContain("public = true");
    expect(repairs).toEqual(["without-netrc-entry"]);
  });

  it("has a stale secret where one was refused, and suggests what may heal it, the likeliest first", () => {
    const logins: Looked["logins"] = [
      { kind: "netrc", place: "netrc", service: "default", user: "jane", secret: "secret-1" },
      { kind: "store", place: "store", service: "https://pkgs.falcon.test/api", user: "bot", secret: "secret-2" },
      { kind: "store", place: "store", service: "https://elsewhere.test", user: "bot", secret: "secret-3" },
    ];
    const env = { UV_INDEX: "https://oauth2@pkgs.falcon.test/other/", UV_INDEX_FALCON_USERNAME: "jane", UV_INDEX_FALCON_PASSWORD: "s" };
    const variables = readVariables(env, () => "secret-4");
    const looked = { ...NOBODY, logins, variables, misnamed: misnamedVariables(variables, NOBODY.indexes) };
    const refused: Chain = { ...PAGE, statuses: [401, 403], ended: 403, sent: "credentials", source: "netrc", user: "jane" };
    const { text, repairs } = written(looked, uvLogOf(refused));
    expect(text.match(/\{\{(?:stale|secret)\./g)).toContain("{{stale.");
    expect(text).not.toContain("elsewhere");
    expect(repairs).toEqual(["right-name", "without-UV_INDEX", "without-netrc-entry", "login-for-host", "good-secret"]);
  });

  it("has the names that the command's options hold under other names", () => {
    const argv = ["uv", "--quiet", "pip", "install", "--upgrade-package=pelican-core", "walnut[fast]>=2", "--target=here"];
    const { text } = written(NOBODY, uvLogOf(PAGE), argv);
    expect(text).toMatch(/run = "uv --quiet pip install --upgrade-package=[a-z]+-[a-z]+ [a-z]+\[[a-z]+\]>=2 --target=[a-z]+"/);
    expect(text).not.toMatch(/pelican|walnut|fast/);
  });

  it("knows what an extra and a group of the same name ask for", () => {
    const text = `[project]\nname = "falcon"\noptional-dependencies.nest = ["osprey"]\n[dependency-groups]\nnest = ["quartz"]\n`;
    const { names } = namesOf({ ...NOBODY, manifests: [{ path: "pyproject.toml", text }] }, uvLogOf(PAGE), [], [], []);
    expect(names).toEqual(expect.arrayContaining(["osprey", "quartz"]));
  });

  it("calls a requirements file by one name in the command and among the files, also one that could be a package's", () => {
    const requirements = [{ path: "heron_dev.txt", text: "orion==1.4.0\n" }];
    const { text } = written({ ...NOBODY, manifests: [], requirements }, uvLogOf(PAGE), [
      "uv",
      "run",
      "--with-requirements",
      "heron_dev.txt",
      "--no-project",
      "true",
    ]);
    const [, name = "none"] = /^"?([a-z_]+\.txt)"? = /mu.exec(text) ?? [];
    expect(text).toContain(`--with-requirements ${name} `);
  });

  it("has the requirements files that the command names, under other names, and their packages", () => {
    const requirements = [
      { path: "requirements/heron.txt", text: "-r kestrel.txt\n--index-url https://pkgs.falcon.test/simple/\norion==1.4.0 # pinned\n" },
      { path: "requirements/kestrel.txt", text: "walnut[fast]>=2\n" },
    ];
    const argv = ["uv", "pip", "install", "-r", "requirements/heron.txt"];
    const { text } = written({ ...NOBODY, manifests: [], requirements }, uvLogOf(PAGE), argv);
    const [, main = "", other = ""] =
      /"requirements\/([a-z]+)\.txt" = '''\n-r ([a-z]+)\.txt\n--index-url https:\S+\/simple\/\n[a-z]+==1\.4\.0\n'''/.exec(text) ?? [];
    expect(text).toContain(`-r requirements/${main}.txt"`);
    expect(text).toContain(`"requirements/${other}.txt"`);
    expect(text).toMatch(/version = "1\.4\.0"/);
    expect(text).not.toMatch(/heron|kestrel|walnut|orion|pinned/);
    const away = { ...NOBODY, manifests: [], requirements: [{ path: "r.txt", text: "-e ../heron\n" }] };
    expect(drafted(away, uvLogOf(PAGE), argv).unable).toHaveLength(1);
  });

  it("renames a path of the command part by part, keeps uv's own words, and tells of a program's words that nobody knows", () => {
    const argv = ["uv", "run", "--index-strategy", "unsafe-best-match", "--resolution=lowest", "tools/heron.py", "-c", "print('kestrel')"];
    const renamer = createRenamer(namesOf(NOBODY, uvLogOf(PAGE), argv, [], []));
    const words = commandWords(materialOf(NOBODY, uvLogOf(PAGE), renamer), argv);
    expect(words.slice(0, 5)).toEqual(["uv", "run", "--index-strategy", "unsafe-best-match", "--resolution=lowest"]);
    expect(words[5]).toMatch(/^[a-z]+\/[a-z]+\.py$/);
    expect(words[5]).not.toMatch(/tools|heron/);
    expect(remainingNames(words.join(" "), renamer)).toEqual(["print", "kestrel"]);
  });

  it.each(["lumen @ file:///home/jane/lumen", "lumen @ git+https://forge.falcon.test/jane/lumen"])(
    "says that no index has what lies elsewhere: %s",
    (requirement) => {
      const text = PROJECT.replace("lumen; python_version > '3'", requirement);
      const looked = { ...NOBODY, manifests: [{ path: "pyproject.toml", text }] };
      const { unable } = drafted(looked, uvLogOf(PAGE));
      expect(unable).toEqual(["a dependency that is no package of an index (a path, git)"]);
    },
  );

  it.each([
    [["uv", "-q", "tool", "upgrade", "orion"], "uv tool install"],
    [["uv", "--color", "never", "tool", "update", "orion"], "uv tool install"],
  ])("comes with what was there before, whatever options stand before the command: %s", (argv, before) => {
    const receipt = '[tool]\n[tool.options]\nindex-url = "https://pkgs.falcon.test/api/pypi/heron/simple"\n';
    const looked = { ...NOBODY, manifests: [], tools: [{ name: "orion", text: receipt }] };
    const { document, failing } = drafted(looked, uvLogOf(PAGE), argv);
    expect([failing, JSON.stringify(document["step"])]).toEqual([1, expect.stringContaining(before)]);
  });

  it("says what no scenario can hold: a dependency by path, a host that is not there", () => {
    const text = PROJECT.replace('orion = { index = "falcon-prod" }', 'orion = { path = "../orion" }');
    const looked = { ...NOBODY, manifests: [{ path: "pyproject.toml", text }] };
    const log: UvLog = { ...uvLogOf(PAGE), failure: { kind: "connection", what: "connection refused" } };
    const { unable } = drafted(looked, log);
    expect(unable.map((words) => words.split(":")[0])).toEqual([
      "a dependency that is no package of an index (a path, git)",
      "a host that cannot be reached (connection refused)",
    ]);
  });

  it.each([
    ["dns error", "https://pkgs.falcon.test/api/pypi/heron/simple/orion/", "no-such-host", /\[index\.(?!default)[^]*no-such-host/],
    ["connection refused", "https://elsewhere.test/simple/orion/", "connection-refused", /\[index\.default\]\nfaults/],
  ])("has a host that is out of reach (%s), and suggests that it can be reached", (what, url, kind, place) => {
    const message = `error: Failed to fetch: \`${url}\``;
    const log: UvLog = { ...uvLogOf({ ...PAGE, statuses: [], ended: null }), failure: { kind: "connection", what }, message };
    const { text, repairs } = written(NOBODY, log);
    expect(text).toContain(`faults = [{ kind = "${kind}" }]`);
    expect(text).toMatch(place);
    expect(repairs).toContain("host-reachable");
  });

  it("follows a redirect to the index that it leads to", () => {
    const { text, repairs } = written(NOBODY, uvLogOf({ ...PAGE, redirects: ["https://cdn.falcon.test/mirror/orion/"] }));
    expect(text).toMatch(/redirect = \{ to = "index2", for = "pages" \}/);
    expect(repairs).toContain("index-at-target");
  });
});
