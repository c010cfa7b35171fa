import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { dockerMissing, dockerNote } from "../../test/docker.ts";
import { wholeOnly } from "../../test/product/extent.ts";
import { statuses } from "../../test/pypiserver.ts";
import { realPython, temporaryFolder } from "../../test/real-tools.ts";
import { createProcessIdentity } from "../process/process-identity.ts";
import { PypiServerContainer, sweepContainers } from "../testcontainers.ts";
import { buildImage } from "./build-image.ts";
import { connectDocker, type Docker } from "./docker.ts";
import { baseImage, baseImageFrom, pypiserverImage } from "./image.ts";
import { sweepOldImages } from "./old-images.ts";
import { pypiserverFolder } from "./pypiserver-files.ts";
import { BUILDER_LABEL } from "./sweep.ts";

const WEEK_MS = 7 * 24 * 3_600_000;

describe.skipIf(dockerMissing !== null)(`images of ours${dockerNote}`, () => {
  test("what a killed build left goes at once; a living one's layers stay, and what is built on an image of ours", async () => {
    const api = await docker();
    const { token } = await createProcessIdentity();
    const id = randomBytes(4).toString("hex");
    const gone = (name: string): string => `${token.split("~")[0]}~${2 ** 22 + 1}~${name}${id}`;
    const builders = { dead: gone("a"), alive: token, elsewhere: `another-host~1~${id}`, somebody: gone("b") };
    for (const builder of [builders.dead, builders.alive, builders.elsewhere]) await buildHalf(api, builder);
    // Somebody's own without a name, built on a server's image whose builder is long gone.
    await build(api, "", [
      `LABEL uv-mre.image=pypiserver ${BUILDER_LABEL}=${builders.somebody}`,
      "LABEL uv-mre.finished=true",
      "LABEL own=1",
    ]);
    onTestFinished(() => removeLayers(api, builders.somebody));

    const left = async (): Promise<string[]> => {
      const counts = await Promise.all(Object.values(builders).map(async (builder) => (await layersOf(api, builder)).length));
      return Object.keys(builders).filter((_, at) => (counts[at] ?? 0) > 0);
    };
    // Not counted before: another test's sweep may have been faster.
    await sweepContainers();
    await expect.poll(left, { timeout: 60_000 }).toEqual(["alive", "elsewhere", "somebody"]);
  });

  test("an old image of another version goes; what is in use, young, or named by somebody else stays", async () => {
    const api = await docker();
    const folder = `uv-mre-test-${randomBytes(4).toString("hex")}`;
    const server = "LABEL uv-mre.image=pypiserver";
    const images: Record<string, string[]> = {
      "pypiserver:0000000000000001": [server],
      "pypiserver:0000000000000002": [server, "LABEL used=by-a-container"],
      "pypiserver:0000000000000003": ["LABEL somebody=else"],
      "pypiserver:mine": [server, "LABEL name=of-mine"],
      "base:local-1": ["LABEL base=1"],
      "base:mine": ["LABEL base=2"],
    };
    for (const [name, lines] of Object.entries(images)) await build(api, `${folder}/${name}`, lines);
    // Its base loses the name and stays below it.
    await build(api, `${folder}/built-on:1`, ["LABEL above=1"], `${folder}/pypiserver:0000000000000001`);
    const container = await api.createContainer({ Image: `${folder}/pypiserver:0000000000000002`, Cmd: ["true"] });
    onTestFinished(async () => void (await container.remove({ force: true }).catch(() => {})));
    const names = async (): Promise<string[]> =>
      (await api.listImages({ filters: { reference: [`${folder}/*`] } }))
        .flatMap(({ RepoTags }) => RepoTags ?? [])
        .map((name) => name.slice(folder.length + 1))
        .toSorted();
    const all = [...Object.keys(images), "built-on:1"].toSorted();

    await sweepOldImages(api, { folder, now: Date.now() + WEEK_MS - 3_600_000 });
    expect(await names()).toEqual(all);
    await sweepOldImages(api, { folder, now: Date.now() + WEEK_MS + 1000 });
    expect(await names()).toEqual(all.filter((name) => name !== "pypiserver:0000000000000001" && name !== "base:local-1"));
  });

  test("without wheels beside it, a build fetches the very same files from PyPI", async (context) => {
    wholeOnly(context);
    const api = await docker();
    const id = randomBytes(4).toString("hex");
    const [base, image] = [`uv-mre-test-${id}/base:1`, `uv-mre-test-${id}/server:1`];
    await buildBaseWithPip(api, base);
    const names = ["Dockerfile", "requirements.txt", "serve.py"];
    const files = await Promise.all(names.map(async (name) => ({ name, content: await readFile(path.join(pypiserverFolder(), name)) })));
    // The bridge's containers may reach no name server where the machine does.
    const options = { name: image, args: { BASE_IMAGE: base }, network: "host", fresh: true };
    expect((await buildImage(api, files, options)).error).toBeNull();
    removeAfterwards(api, image);
    await using container = await new PypiServerContainer(image).withUsers({ alice: "s3cret" }).start();
    const index = { origin: new URL(container.getUrl()).origin, url: "", setAccounts: async () => {}, publish: async () => {} };
    expect(await statuses(index, "/simple/", [null, "alice:s3cret"])).toEqual([401, 200]);
    const pinned = (await readFile(path.join(pypiserverFolder(), "requirements.txt"), "utf8")).match(/^[\w.-]+==[\w.]+/gm) ?? [];
    const installed = (await container.exec(["sh", "-c", "ls -d /opt/uv-mre/lib/*.dist-info"])).output.match(/[^/]+(?=\.dist-info)/g) ?? [];
    expect(installed.map((name) => name.replaceAll("_", "-").replace(/-(?=[\d.]+$)/, "==")).toSorted()).toEqual(pinned.toSorted());
  });

  test("each use of an image renews its date, and its base's", async () => {
    const api = await docker();
    const { name, base } = await pypiserverImage(api, baseImageFrom(process.env));
    const ours = [name, base].filter((each) => each.startsWith("uv-mre/"));
    const lastNamed = (): Promise<string[]> =>
      Promise.all(
        ours.map(async (image) => {
          const details: { Id: string; Metadata?: { LastTagTime?: string } } = await api.getImage(image).inspect();
          return details.Metadata?.LastTagTime ?? "";
        }),
      );
    await using _first = await new PypiServerContainer().start();
    const before = await lastNamed();
    await using _second = await new PypiServerContainer().start();
    const after = await lastNamed();
    expect(ours.filter((_, at) => before[at] === after[at])).toEqual([]);
  });
});

async function docker(): Promise<Docker> {
  return (await connectDocker()).container.dockerode;
}

/** A build by that process that ended in the middle: the files that the Dockerfile wants are not there. */
async function buildHalf(api: Docker, builder: string): Promise<void> {
  const content = await readFile(path.join(pypiserverFolder(), "Dockerfile"), "utf8");
  const base = await baseImage(api, baseImageFrom(process.env));
  const args = { BASE_IMAGE: base, BUILDER: builder };
  const { error } = await buildImage(api, [{ name: "Dockerfile", content }], { name: "uv-mre-test/half:1", args });
  expect(error).toMatch(/COPY failed|serve\.py/);
  onTestFinished(() => removeLayers(api, builder));
}

async function removeLayers(api: Docker, builder: string): Promise<void> {
  for (const layer of await layersOf(api, builder)) await api.getImage(layer).remove();
}

async function layersOf(api: Docker, builder: string): Promise<string[]> {
  const layers = await api.listImages({ filters: { dangling: ["true"], label: [`${BUILDER_LABEL}=${builder}`] } });
  return layers.map(({ Id }) => Id);
}

/** A small image of labels alone. */
async function build(api: Docker, name: string, lines: readonly string[], from?: string): Promise<void> {
  const base = from ?? (await baseImage(api, baseImageFrom(process.env)));
  const content = [`FROM ${base}`, ...lines, ""].join("\n");
  expect((await buildImage(api, [{ name: "Dockerfile", content }], { name, args: {} })).error).toBeNull();
  if (name !== "") removeAfterwards(api, name);
}

function removeAfterwards(api: Docker, name: string): void {
  onTestFinished(async () => {
    await api
      .getImage(name)
      .remove({ force: true })
      .catch(() => {});
  });
}

/** The local base has none. What this machine's environment tells pip of the network holds there too. */
async function buildBaseWithPip(api: Docker, name: string): Promise<void> {
  await using folder = await temporaryFolder();
  const { file: python } = await realPython();
  await promisify(execFile)(python, ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder.path, "pip"]);
  const [wheel = ""] = await readdir(folder.path);
  const { PIP_CERT: authority, PIP_INDEX_URL: index } = process.env;
  const site = `$(python3 -c 'import sys; print([each for each in sys.path if each.endswith("-packages")][0])')`;
  const content = [
    `FROM ${await baseImage(api, baseImageFrom(process.env))}`,
    `COPY ${wheel} ca.pem /opt/`,
    `RUN python3 -m pip --version || python3 -m zipfile -e /opt/${wheel} "${site}"`,
    ...(authority === undefined ? [] : ["ENV PIP_CERT=/opt/ca.pem"]),
    ...(index === undefined ? [] : [`ENV PIP_INDEX_URL=${index}`]),
    "",
  ].join("\n");
  const files = [
    { name: "Dockerfile", content },
    { name: wheel, content: await readFile(path.join(folder.path, wheel)) },
    { name: "ca.pem", content: authority === undefined ? "" : await readFile(authority) },
  ];
  expect((await buildImage(api, files, { name, args: {} })).error).toBeNull();
  removeAfterwards(api, name);
}
