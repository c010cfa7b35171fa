import { expect, test } from "vitest";
import { parseScenario } from "./parse.ts";

/** What a package and its index come to, or what is wrong. */
function read(pkg: string, index = ""): unknown {
  const text = `schema = 1\ntitle = "x"\n[index.a]\n${index}\npackages = [{ name = "sandbox", ${pkg} }]\n[index.bucket]\n[[step]]\nrun = "uv sync"\nreproduced = { exit = 1 }\nhealthy = { exit = 0 }\n`;
  const result = parseScenario(text);
  if (!result.ok) return result.problems.map(({ kind, key, message }) => `${kind} ${key}: ${message}`);
  const [a] = result.scenario.indexes;
  return a?.packages.map((each) => (each.kind === "generated" ? { version: each.version, formats: each.formats, ...each.listing } : null));
}

test("what is odd about a package's files and their entries on a page", () => {
  expect({
    plain: read('version = "1.0"'),
    "no files": read("versions = []"),
    odd: read('tags = "cp312-cp312-win_amd64", hashes = ["md5", "sha256"], upload-time = "2026-01-31T12:00:00Z", files-at = "bucket"'),
    "names of their own": read('filenames = ["sandbox-latest.tar.gz", "sandbox-1.0-SNAPSHOT-py3-none-any.whl"], hash = "wrong"'),
    "wrong values": read(
      'tags = "any", upload-time = "yesterday", files-at = "nowhere", filenames = ["../x.whl", "other-1.0.zip", "sandbox-1.0.exe"]',
    ),
    contradictions: read(
      'versions = ["1", "2"], filenames = "sandbox-1.zip", formats = "sdist", tags = "py3-none-any", hashes = [], hash = "wrong"',
    ),
    "a real pypiserver": read('versions = [], hash = "wrong"', 'flavour = "pypiserver"\nbackend = "pypiserver"\nmissing = "empty-page"'),
    headers: read(
      'version = "1.0"',
      'cache-control = "max-age=1"\npage-headers = { Age = "5", Date = "x", "a b" = "c", Cache-Control = "no-store" }',
    ),
  }).toMatchInlineSnapshot(`
    {
      "a real pypiserver": [
        "conflict index.a.missing: a real pypiserver has no page without files",
        "conflict index.a.packages[0].versions: a real pypiserver has no page without files",
        "conflict index.a.packages[0].hash: a real pypiserver knows no \`hash\`",
      ],
      "contradictions": [
        "conflict index.a.packages[0].filenames: several versions would have the same files",
        "conflict index.a.packages[0].formats: \`filenames\` says this already, file by file",
        "conflict index.a.packages[0].tags: \`tags\` are those of wheels, and \`formats\` has none",
        "conflict index.a.packages[0].tags: \`filenames\` says this already, file by file",
        "conflict index.a.packages[0].hash: there is no hash that could be wrong",
      ],
      "headers": [
        "conflict index.a.page-headers.Date: \`Date\` is set by the gateway itself",
        "wrong-value index.a.page-headers."a b": \`a b\` is no header",
        "conflict index.a.page-headers.Cache-Control: \`cache-control\` of the index says this already",
      ],
      "names of their own": [
        {
          "filenames": [
            "sandbox-latest.tar.gz",
            "sandbox-1.0-SNAPSHOT-py3-none-any.whl",
          ],
          "formats": [
            "wheel",
          ],
          "version": "1.0.0",
          "wrongHash": true,
        },
      ],
      "no files": [
        {
          "formats": [],
          "version": "0",
        },
      ],
      "odd": [
        {
          "filesAt": "bucket",
          "formats": [
            "wheel",
          ],
          "hashes": [
            "md5",
            "sha256",
          ],
          "tags": [
            "cp312-cp312-win_amd64",
          ],
          "uploadTime": "2026-01-31T12:00:00Z",
          "version": "1.0.0",
        },
      ],
      "plain": [
        {
          "formats": [
            "wheel",
          ],
          "version": "1.0",
        },
      ],
      "wrong values": [
        "conflict index.a.packages[0].tags: \`filenames\` says this already, file by file",
        "wrong-value index.a.packages[0].tags: \`any\` is no tag of a wheel",
        "wrong-value index.a.packages[0].upload-time: \`yesterday\` is no time",
        "unknown-index index.a.packages[0].files-at: there is no index \`nowhere\`",
        "wrong-value index.a.packages[0].filenames: \`../x.whl\` is no name of a wheel or sdist",
        "wrong-value index.a.packages[0].filenames: \`other-1.0.zip\` does not begin with the package's name",
        "wrong-value index.a.packages[0].filenames: \`sandbox-1.0.exe\` is no name of a wheel or sdist",
      ],
    }
  `);
});

test("a step's files for uv publish, a venv's own packages, and what a keyring knows", () => {
  const read = (step: string, top: string): unknown => {
    const text = `schema = 1\ntitle = "x"\n[index.a]\nuser = "alice"\npackages = [{ name = "sandbox" }]\n${top}\n[[step]]\nrun = "uv sync"\n${step}\nreproduced = { exit = 1, installed.none = { package = "x" } }\nhealthy = { exit = 0 }\n`;
    const result = parseScenario(text);
    if (!result.ok) return result.problems.map(({ kind, key, message }) => `${kind} ${key}: ${message}`);
    const { steps, venv, keyring } = result.scenario;
    return {
      dist: steps[0]?.dist?.map(({ name, version }) => `${name} ${version}`),
      delete: steps[0]?.delete,
      venv: [venv.state, venv.packages, venv.made?.map(({ name }) => name)],
      keyring: keyring?.answers,
    };
  };
  const answer = 'service = "x", password = "{{secret.a}}"';
  expect({
    all: read(
      'dist = [{ name = "sandbox" }, { name = "b", versions = ["1", "2"] }]\nfresh = true\ndelete = "x"',
      `[venv]\npath = "env"\npackages = ["sandbox", { name = "by-hand", version = "3.0" }]\n[keyring]\nanswers = [{ ${answer}, match = "below", gives = "bot" }]`,
    ),
    wrong: read('dist = { name = "?" }', `[venv]\npackages = ["?", { name = "b", version = "?" }]\n[keyring]\nanswers = [{ ${answer} }]`),
  }).toMatchInlineSnapshot(`
    {
      "all": {
        "delete": [
          "env",
          "x",
        ],
        "dist": [
          "sandbox 1.0.0",
          "b 1",
          "b 2",
        ],
        "keyring": [
          {
            "gives": "bot",
            "match": "below",
            "needsUser": false,
            "password": "{{secret.a}}",
            "service": "x",
            "user": null,
          },
        ],
        "venv": [
          "created",
          [
            "sandbox",
            "by-hand==3.0",
          ],
          [
            "by-hand",
          ],
        ],
      },
      "wrong": [
        "bad-requirement venv.packages[0]: \`?\` is no requirement (PEP 508)",
        "bad-version venv.packages[1].version: \`?\` is no version (PEP 440)",
        "missing-key keyring.answers[0]: which user name is given where none is asked for?",
        "wrong-value step[0].dist.name: \`?\` cannot be the name of a package",
      ],
    }
  `);
});
