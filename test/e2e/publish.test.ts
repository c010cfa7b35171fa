import { afterAll, expect, it } from "vitest";
import { loadScenarios, openHarness, type RunResult, runScenario } from "../../src/index.ts";
import { WHOLE } from "../product/extent.ts";
import { temporaryFolder } from "../real-tools.ts";
import { put } from "./command.ts";

// What the tables of the flavours say of uploads and flat pages, with uv's own `publish`, `--check-url` and `--find-links`.
const harness = await openHarness();
afterAll(() => harness[Symbol.asyncDispose]());
const releases = await Promise.all(
  ["0.9.5", "latest"].map(async (spec) => ({ spec, release: await harness.release((await harness.select([spec]))[0] ?? spec) })),
);

interface Place {
  readonly flavour: string;
  readonly index: string;
  readonly upload: string;
  /** Status of the answer to a new file, and to the same again. */
  readonly answers: readonly [stored: number, duplicate: number];
}

const PLACES: readonly Place[] = [
  { flavour: "simple", index: "/simple/", upload: "/simple/", answers: [200, 409] },
  {
    flavour: "gitlab",
    index: "/api/v4/projects/42/packages/pypi/simple",
    upload: "/api/v4/projects/42/packages/pypi",
    answers: [201, 400],
  },
  {
    flavour: "azure-devops",
    index: "/acme/_packaging/main/pypi/simple/",
    upload: "/acme/_packaging/main/pypi/upload/",
    answers: [202, 409],
  },
  { flavour: "artifactory", index: "/artifactory/api/pypi/main/simple/", upload: "/artifactory/api/pypi/main", answers: [200, 403] },
  { flavour: "nexus", index: "/repository/main/simple/", upload: "/repository/main/", answers: [201, 400] },
  { flavour: "devpi", index: "/acme/main/+simple/", upload: "/acme/main/", answers: [200, 200] },
  { flavour: "pypiserver", index: "/simple/", upload: "/", answers: [200, 409] },
  { flavour: "gitea", index: "/api/packages/acme/pypi/simple/", upload: "/api/packages/acme/pypi", answers: [201, 400] },
  { flavour: "codeartifact", index: "/pypi/main/simple/", upload: "/pypi/main/", answers: [200, 409] },
  { flavour: "google-artifact-registry", index: "/acme/main/simple/", upload: "/acme/main/", answers: [200, 400] },
  { flavour: "pypicloud", index: "/simple/", upload: "/simple/", answers: [200, 409] },
];

const MAKE = `import os, zipfile
os.makedirs("dist", exist_ok=True)
with zipfile.ZipFile("dist/fresh-1.0.0-py3-none-any.whl", "w") as wheel:
    info = "fresh-1.0.0.dist-info/"
    wheel.writestr("fresh.py", "")
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\\\nName: fresh\\\\nVersion: 1.0.0\\\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\\\nGenerator: make\\\\nRoot-Is-Purelib: true\\\\nTag: py3-none-any\\\\n")
    wheel.writestr(info + "RECORD", "")
`;

function scenario({ flavour, index, upload }: Place): string {
  const host = "https://packages.example.com";
  const publish = `uv publish --publish-url ${host}${upload} --username alice --password {{secret.private}}`;
  return `schema = 1
title = "uploads to ${flavour}"

[index.private]
flavour = "${flavour}"
url = "${host}${index}"
user = "alice"

[files]
"make.py" = """
${MAKE}"""
netrc = "machine packages.example.com login alice password {{secret.private}}\\n"

[[step]]
run = "python make.py"

[[step]]
run = "${publish}"
reproduced = { exit = "nonzero" }
healthy = { exit = 0, final.any = { method = "POST", status = [200, 201, 202], authorization = "good" } }

[[step]]
run = "${publish} --check-url ${host}${index}"
env = { NETRC = "{{project}}/netrc" }
exit = "any"

[[step]]
run = "${publish} --check-url ${host}${index}"
exit = "any"

[[step]]
run = "uv venv"

[[step]]
run = "uv pip install --default-index https://alice:{{secret.private}}@packages.example.com${index} fresh"
`;
}

/** Whether it succeeded, and its final answers. */
function told({ observation }: RunResult, step: number): string[] {
  const answers = observation.requests.filter((each) => each.step === step && each.final);
  const seen = new Set(answers.map(({ method, status, authorization }) => `${method} ${status} ${authorization}`));
  return [observation.steps[step]?.exit === 0 ? "succeeds" : "fails", ...[...seen].sort()];
}

/** An older release asks the same; `npm test` sees it do so at a place that takes no file twice. */
const OLDER = ["devpi"];

const cells = PLACES.flatMap((place) => releases.map(({ spec, release }) => ({ flavour: place.flavour, spec, place, release })));

it.each(cells.filter(({ flavour, spec }) => WHOLE || spec === "latest" || OLDER.includes(flavour)))(
  "uv $spec publishes to $flavour, and installs from there",
  async ({ place, release }) => {
    await using folder = await temporaryFolder();
    const [loaded] = await loadScenarios([await put(folder.path, "publish.toml", scenario(place))]);
    const result = await runScenario(harness, loaded!, release);
    expect([result.verdict, result.reasons]).toEqual(["healthy", []]);
    const [stored, duplicate] = place.answers;
    expect(told(result, 1)).toEqual(["succeeds", `POST ${stored} good`]);
    // The check URL has no part in the credentials that --username and --password give: uv looks for some by itself.
    expect(told(result, 2)).toEqual(["succeeds", "GET 200 good"]);
    expect(told(result, 3)).toEqual([duplicate === 200 ? "succeeds" : "fails", "GET 401 none", `POST ${duplicate} good`]);
  },
);

it.each(WHOLE ? releases : releases.slice(-1))("uv $spec installs from a flat page by --find-links", async ({ release }) => {
  await using folder = await temporaryFolder();
  const text = `schema = 1
title = "a flat page"

[index.private]
url = "https://packages.example.com/simple/"
user = "alice"
packages = [{ name = "sandbox" }]

[[step]]
run = "uv venv"

[[step]]
run = "uv pip install --no-index --find-links https://alice:{{secret.private}}@packages.example.com/simple/+flat/ sandbox"
reproduced = { exit = "nonzero" }
healthy = { exit = 0, final.every = { index = "private", status = 200, authorization = "good" }, final.any = { url = "/+flat/" } }
`;
  const [loaded] = await loadScenarios([await put(folder.path, "flat.toml", text)]);
  expect(await runScenario(harness, loaded!, release)).toMatchObject({ verdict: "healthy" });
});
