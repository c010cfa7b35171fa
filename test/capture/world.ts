import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { CertificateKind } from "../../src/gateway/authority.ts";
import { createAuthority } from "../../src/gateway/certificate.ts";
import { someUv, realPython } from "../real-tools.ts";
import { startFront } from "./front.ts";
import { startDevpi, startPypiserver, stub, type Server } from "./servers.ts";

const runFile = promisify(execFile);

/** What the broken projects share: real registries, their users, and a certificate authority that no machine knows. */
export interface World extends AsyncDisposable {
  readonly folder: string;
  readonly pypi: Server;
  devpi(): Promise<Server>;
  /** Another pypiserver, open to all, as it stands behind a front that asks for credentials. */
  open(): Promise<Server>;
  /** https on `localhost` before the pypiserver, below `/falcon/`. */
  readonly secure: Server;
  readonly caFile: string;
  /** A certificate for `localhost` of the company's authority, or one that is not as it should be. */
  leaf(kind: CertificateKind): Promise<{ readonly key: string; readonly cert: string }>;
  /** Ends a server with the world. */
  use<Started extends AsyncDisposable>(server: Started): Started;
  /** Started with the world's and ended with it. */
  front(options: Parameters<typeof startFront>[0]): Promise<Server>;
}

export const JANE = { user: "jane.doe", password: "Kestrel-Tok/77+plover" };
export const BOT = { user: "build-bot", password: "heron_9f8e7d6c5b" };
export const STALE = "osprey-OLD=4411";

export const HARBORS = Array.from({ length: 40 }, (_, number) => `harbor-${String(number).padStart(2, "0")}`);

const PACKAGES = [
  stub("orion-billing", ["lumen-tools>=1.2"]),
  stub("lumen-tools"),
  stub("quartz-cli"),
  ...HARBORS.map((name) => stub(name)),
];

export async function openWorld(folder: string): Promise<World> {
  const started: AsyncDisposable[] = [];
  const use = <Started extends AsyncDisposable>(server: Started): Started => {
    started.push(server);
    return server;
  };
  const authority = await createAuthority();
  const caFile = join(folder, "company-ca.pem");
  await put(folder, { "company-ca.pem": authority.caPem });
  const pypi = use(await startPypiserver(join(folder, "pypiserver"), PACKAGES, [JANE, BOT]));
  const front = async (options: Parameters<typeof startFront>[0]): Promise<Server> => use(await startFront(options));
  const secure = await front({ upstream: pypi.port, tls: await authority.leafFor("localhost", "good"), mount: "/falcon" });
  let devpi: Promise<Server> | null = null;
  let open: Promise<Server> | null = null;
  return {
    folder,
    pypi,
    secure,
    caFile,
    use,
    front,
    leaf: (kind) => authority.leafFor("localhost", kind),
    open: () => (open ??= startPypiserver(join(folder, "open-pypiserver"), PACKAGES, []).then((server) => use(server))),
    devpi: () => (devpi ??= startDevpi(join(folder, "devpi-world"), PACKAGES.slice(0, 3)).then((server) => use(server))),
    async [Symbol.asyncDispose]() {
      for (const server of started.reverse()) await server[Symbol.asyncDispose]();
    },
  };
}

/** Writes files below a folder; what begins with `#!` can be run, and a netrc is its owner's alone. */
export async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    if (text.startsWith("#!")) await chmod(file, 0o755);
    else if (name.endsWith(".netrc")) await chmod(file, 0o600);
  }
}

/** A real keyring as a tool of uv's, with a company's plugin that knows Jane. */
export async function installKeyringTool(home: string): Promise<void> {
  const uv = await someUv();
  const { file: python } = await realPython();
  await runFile(uv, ["tool", "install", "-q", "--python", python, "keyring==25.7.0"], { env: { ...process.env, HOME: home } });
  const { stdout } = await runFile(join(home, ".local/share/uv/tools/keyring/bin/python"), [
    "-c",
    "import keyring, os; print(os.path.dirname(os.path.dirname(keyring.__file__)))",
  ]);
  await put(stdout.trim(), {
    "falcon_keyring.py": `from keyring.backend import KeyringBackend\n\n\nclass Falcon(KeyringBackend):\n    priority = 9\n\n    def get_password(self, service, username):\n        return ${JSON.stringify(JANE.password)} if username == ${JSON.stringify(JANE.user)} else None\n\n    def set_password(self, service, username, password):\n        raise NotImplementedError\n\n    def delete_password(self, service, username):\n        raise NotImplementedError\n`,
    "falcon_keyring-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: falcon-keyring\nVersion: 1.0\n",
    "falcon_keyring-1.0.dist-info/entry_points.txt": "[keyring.backends]\nfalcon = falcon_keyring\n",
  });
}

/** A venv of the project's with the real keyring in it, which has no backend here. */
export async function installKeyringInVenv(project: string): Promise<void> {
  const uv = await someUv();
  const { file: python } = await realPython();
  await runFile(uv, ["venv", "-q", "--python", python, join(project, ".venv")]);
  await runFile(uv, ["pip", "install", "-q", "--python", join(project, ".venv/bin/python"), "keyring==25.7.0"]);
}

/** A digest of all below a folder, to show that nothing of it changed. */
export async function digestOf(folder: string): Promise<string> {
  const { stdout } = await runFile(
    "sh",
    ["-c", 'cd "$1" && find . \\( -type f -o -type l \\) -print0 | LC_ALL=C sort -z | xargs -0 sha256sum 2>/dev/null; true', "sh", folder],
    {
      maxBuffer: 1 << 28,
    },
  );
  return createHash("sha256").update(stdout).digest("hex");
}
