import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createPypiservers } from "../../backend/pypiserver.ts";
import { openAuthority } from "../../gateway/authority-store.ts";
import { resolveReal } from "../../package/wheelhouse.ts";
import { killTagged } from "../../process/tagged-processes.ts";
import { createProcessIdentity } from "../../process/process-identity.ts";
import { openSealKey } from "../../process/seal-key.ts";
import { nodeIsTooOld } from "../../node-version.ts";
import { packageRoot } from "../../package-root.ts";
import type { RunProcess } from "../../observation/process.ts";
import { createRunProcess } from "../../process/run-process.ts";
import { createStartProcess } from "../../process/start-process.ts";
import { type FoundSandbox, SANDBOX_CHOICES, type SandboxChoice } from "../../sandbox/model.ts";
import { UserError } from "../../scenario/error.ts";
import type { Distribution } from "../../scenario/distribution.ts";
import type { UvContext } from "../../uv/context.ts";
import { openReleaseStore } from "../../uv/install.ts";
import { findPython } from "../../uv/python.ts";
import { knownReleases, listReleases, type ReleaseList } from "../../uv/release-list.ts";
import { needsReleaseList, parseSpec, selectReleases } from "../../uv/select.ts";
import { linkSystemTools } from "../../workspace/commands.ts";
import { createRunFolder } from "../../workspace/run-folder.ts";
import { removeTree } from "../../disk/remove-tree.ts";
import { cacheFolder, openCacheFolder } from "../cache/cache-folder.ts";
import { bytesBesideReleases, cacheLimit } from "../cache/limit.ts";
import type { Harness, Prepared } from "./harness.ts";
import { findSandbox } from "./find-sandbox.ts";
import { equip } from "./machinery.ts";
import { prepareScenario } from "./prepare.ts";
import { memoize, once } from "./memoize.ts";
import { noteDocker, sweepLeftovers } from "./sweep-leftovers.ts";

export interface HarnessOptions {
  /** The user's environment. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where releases, packages, tools and results are kept. */
  readonly cacheDir?: string;
  /** Where runs have their folders. Default: the system's temporary folder. */
  readonly baseDir?: string;
  /** The Python that runs use; a path or a name on PATH. Default: `UV_MRE_PYTHON`, else the first on PATH. */
  readonly python?: string | null;
  /** What keeps the commands of runs from the machine. Default: `UV_MRE_SANDBOX`, else `auto`: the best that works here, or none. */
  readonly sandbox?: SandboxChoice;
  /** Bytes that the cache may take: beyond it the releases not used for longest go. Default: `UV_MRE_MAX_DISK`, else 5 GB. */
  readonly maxDisk?: number;
  /** Told what the user should know: an old list of releases, packages left out. */
  readonly notice?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Opens a harness and removes what killed ones left. Dispose of it: servers and folders that runs share end with it. */
export async function openHarness(options: HarnessOptions = {}): Promise<Harness> {
  const tooOld = nodeIsTooOld();
  if (tooOld !== null) throw new UserError(tooOld);
  const here = workingFolder();
  const host = options.env ?? process.env;
  const env = Object.fromEntries(Object.entries(host).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const cacheDir = options.cacheDir ?? cacheFolder(env);
  const baseDir = options.baseDir ?? tmpdir();
  openCacheFolder(cacheDir);
  const limit = cacheLimit(env, options.maxDisk);
  const identity = await createProcessIdentity(await openSealKey(cacheDir));
  await sweepLeftovers(baseDir, identity);

  const tag = `harness-${randomBytes(8).toString("hex")}`;
  const folder = await createRunFolder(baseDir, identity, tag).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`no folder can be made in ${baseDir} (${error.code ?? error.message}); TMPDIR names another place`);
  });
  const running = new Set<Promise<unknown>>();
  const run = counted(createRunProcess({ tag, seal: identity.seal }), running);
  const python = once(() => findPython({ python: options.python ?? null, env, cwd: here, cacheDir, workDir: folder, run }));
  // What is fetched ahead must not go on by another way once its process was killed.
  const closing = new AbortController();
  const signal = options.signal === undefined ? closing.signal : AbortSignal.any([options.signal, closing.signal]);
  const beside = once(() => bytesBesideReleases(cacheDir));
  const uvContext: UvContext = {
    cacheDir,
    workDir: folder,
    env,
    run,
    identity,
    python,
    room: async () => Math.max(0, limit - (await beside())),
    signal,
  };
  const store = openReleaseStore(uvContext);
  const bootstrap = async (): Promise<string> => (await store.bootstrap()).file;
  const lists = new Map<string, Promise<ReleaseList>>();
  const prepared = new Map<string, Promise<Prepared>>();
  const packages = new Map<string, Promise<readonly Distribution[]>>();
  const sandboxes = new Map<string, Promise<FoundSandbox>>();
  const servers = once(async () =>
    createPypiservers({
      cacheDir,
      run,
      identity,
      env,
      folder,
      python: await python(),
      uv: await bootstrap(),
      start: createStartProcess({ tag, seal: identity.seal }),
    }),
  );
  let serversOpen = false;
  const version = await ownVersion();

  const harness: Harness = {
    version,
    cacheDir,
    limit,
    baseDir,
    env,
    run,
    store,
    python,
    systemTools: once(async () => {
      const tools = path.join(folder, "system-tools");
      await linkSystemTools(tools);
      return tools;
    }),
    bootstrap,
    authority: once(() => openAuthority(path.join(cacheDir, "certificates"))),
    async releases({ refresh = false } = {}) {
      if (refresh) lists.delete("");
      const list = await memoize(lists, "", async () => {
        const found = await listReleases(uvContext, { refresh });
        if (found.notice !== null) options.notice?.(found.notice);
        return found;
      });
      return list.versions;
    },
    async select(specs) {
      if (needsReleaseList(specs)) return selectReleases(specs, await harness.releases());
      return selectReleases(specs, await listForUnknown(specs));
    },
    release(uv) {
      const spec = parseSpec(uv);
      if (spec.kind === "binary") return store.binary(spec.path, here);
      if (spec.kind === "exact") return store.ensure(spec.version);
      throw new UserError(`${uv}: not one release; name an exact release or a path to a binary`);
    },
    packageTools: async () => ({ uv: await bootstrap(), python: await python(), run, env, cacheDir, identity, signal }),
    realPackages: (requirements, asOf, { wheelsOnly }) =>
      memoize(packages, JSON.stringify([asOf, requirements, wheelsOnly]), async () => {
        const resolution = await resolveReal({ requirements, asOf, wheelsOnly, ...(await harness.packageTools()) });
        if (resolution.missing.length > 0) options.notice?.(`not to be had on any platform: ${resolution.missing.join(", ")}`);
        return resolution.distributions;
      }),
    sandbox: (choice = options.sandbox ?? sandboxNamedBy(env), need) =>
      memoize(sandboxes, `${choice} ${need}`, async () =>
        choice === "none" ? { sandbox: null, why: "--sandbox none" } : findSandbox(choice, need, harness, folder),
      ),
    prepare: (scenario, rule) => {
      const { indexes, defaultIndex, keyring, tools, asOf, venv } = scenario;
      const key = JSON.stringify([indexes, defaultIndex, keyring, tools, asOf, venv, rule.wheelsOnly]);
      return memoize(prepared, key, () => prepareScenario(harness, scenario, rule));
    },
    async pypiserver(kind) {
      serversOpen = true;
      if (kind === "pypiserver-container") await noteDocker(folder);
      return (await servers()).of(kind);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      if (serversOpen) await (await servers())[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await killTagged(tag);
      // What they print goes into the folder until they are known to have ended.
      await Promise.allSettled(running);
      await removeTree(folder);
    },
  };
  return equip(harness, { identity, tag, folder, tools: new Map(), interpreters: new Map() });

  /**
   * Exact releases need no list, unless one is neither installed nor known: then the newest list tells a slip of the
   * pen from a release. Without network the attempt to install it says what is wrong.
   */
  async function listForUnknown(specs: readonly string[]): Promise<readonly string[] | null> {
    const exact = specs.map(parseSpec).flatMap((spec) => (spec.kind === "exact" ? [spec.version] : []));
    const known = (await knownReleases({ cacheDir })) ?? [];
    if (exact.every((version) => known.includes(version))) return null;
    const installed = (await store.installed()).map((release) => release.version);
    if (exact.every((version) => known.includes(version) || installed.includes(version))) return null;
    return listReleases(uvContext, { refresh: true }).then(
      (list) => (list.notice === null ? [...list.versions, ...installed] : null),
      () => null,
    );
  }
}

/** @throws UserError where the variable names none. */
function sandboxNamedBy({ UV_MRE_SANDBOX: named = "" }: Readonly<Record<string, string>>): SandboxChoice {
  const choice = SANDBOX_CHOICES.find((known) => known === (named || "auto"));
  if (choice === undefined) throw new UserError(`UV_MRE_SANDBOX=${named}: not one of ${SANDBOX_CHOICES.join(", ")}`);
  return choice;
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new UserError("the folder that this was started in is gone; change to one that is there");
  }
}

async function ownVersion(): Promise<string> {
  const manifest = await readFile(path.join(packageRoot(), "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Keeps those that run in a set. */
function counted(run: RunProcess, running: Set<Promise<unknown>>): RunProcess {
  return (request) => {
    const result = run(request);
    running.add(result);
    return result.finally(() => running.delete(result));
  };
}
