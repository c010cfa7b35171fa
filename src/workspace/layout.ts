import path from "node:path";

/**
 * Everything that differs between Linux, macOS and Windows about where things are. No other file of the workspace
 * asks which platform it is. Windows has not been tried.
 */
export interface Layout {
  readonly platform: NodeJS.Platform;
  readonly path: typeof path.posix;
  /** Folder of a venv that holds its commands. */
  readonly scripts: "bin" | "Scripts";
  readonly nullDevice: string;
  /** A small script can stand for a command (uv on Windows only knows `.exe`). */
  readonly hasScripts: boolean;
  executable(name: string): string;
  /** The variables that say where home is. */
  home(home: string): Record<string, string>;
  /** The variables that say where temporary files go. */
  temporary(folder: string): Record<string, string>;
  /** Where uv keeps its cache, its tools and its tools' commands under a home that nothing else overrides. */
  uvCache(home: string): string;
  uvTools(home: string): string;
  uvToolCommands(home: string): string;
  /** What pip reads for this user, first match first; pip reads all that exist. */
  pipConfigs(home: string): string[];
  /** The variables that keep programs from the keychain of the user's desktop; `etc` is a folder of the run. */
  noDesktop(etc: string): Record<string, string>;
  /** What no program starts without; copied from our own environment, nothing else is. */
  readonly inherited: readonly string[];
}

export function layoutFor(platform: NodeJS.Platform): Layout {
  if (platform === "win32") return WINDOWS;
  return platform === "darwin" ? { ...LINUX, platform, noDesktop: () => ({}) } : LINUX;
}

const LINUX: Layout = {
  platform: "linux",
  path: path.posix,
  scripts: "bin",
  nullDevice: "/dev/null",
  hasScripts: true,
  executable: (name) => name,
  home: (home) => ({ HOME: home, USER: "user" }),
  temporary: (folder) => ({ TMPDIR: folder }),
  uvCache: (home) => path.posix.join(home, ".cache/uv"),
  uvTools: (home) => path.posix.join(home, ".local/share/uv/tools"),
  uvToolCommands: (home) => path.posix.join(home, ".local/bin"),
  pipConfigs: (home) =>
    [".config/pip/pip.conf", ".pip/pip.conf", "Library/Application Support/pip/pip.conf"].map((file) => path.posix.join(home, file)),
  // Unset is not enough: uv's `native-auth` then tries the socket at its usual place under `/run/user`.
  noDesktop: (etc) => ({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${path.posix.join(etc, "no-session-bus")}` }),
  inherited: [],
};

const WINDOWS: Layout = {
  platform: "win32",
  path: path.win32,
  scripts: "Scripts",
  nullDevice: "nul",
  hasScripts: false,
  executable: (name) => (name.endsWith(".exe") ? name : `${name}.exe`),
  home: (home) => ({
    USERPROFILE: home,
    USERNAME: "user",
    APPDATA: path.win32.join(home, "AppData\\Roaming"),
    LOCALAPPDATA: path.win32.join(home, "AppData\\Local"),
  }),
  temporary: (folder) => ({ TEMP: folder, TMP: folder }),
  uvCache: (home) => path.win32.join(home, "AppData\\Local\\uv\\cache"),
  uvTools: (home) => path.win32.join(home, "AppData\\Roaming\\uv\\tools"),
  uvToolCommands: (home) => path.win32.join(home, ".local\\bin"),
  pipConfigs: (home) => [path.win32.join(home, "AppData\\Roaming\\pip\\pip.ini"), path.win32.join(home, "pip\\pip.ini")],
  noDesktop: () => ({}),
  inherited: ["SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"],
};

/** The folders of one run, all inside `root`. */
export interface WorkspacePaths {
  readonly root: string;
  /** The user's home as the steps see it. */
  readonly home: string;
  readonly project: string;
  /** uv's cache, at its own default under `home`. */
  readonly cache: string;
  readonly tmp: string;
  /** The only system folder on the steps' PATH: uv, Python, keyring, a few tools. */
  readonly bin: string;
  /** `uv tool install` puts commands here; on PATH before `bin`. */
  readonly toolCommands: string;
  readonly probe: string;
  /** What steps print and what the keyring probe writes. */
  readonly output: string;
  /** What a run with a Python of its own has put into that; not there for any other. */
  readonly layers: string;
  /** In the place of the system's configuration. */
  readonly etc: string;
  readonly ca: string;
  /** The same under the names by which OpenSSL looks for it. */
  readonly caFolder: string;
  /** What clients show where an index asks for it. */
  readonly clientCertificate: string;
  /** CA of a proxy that opens what passes. */
  readonly proxyCa: string;
  readonly keyringAnswers: string;
}

/** Where steps see a run's folder in a sandbox, so that what they print is the same in every run and on every machine. */
export const SEEN_ROOT = "/uv-mre-run";

export function workspacePaths(root: string, layout: Layout): WorkspacePaths {
  const inside = (...parts: string[]): string => layout.path.join(root, ...parts);
  const home = inside("home");
  return {
    root,
    home,
    project: inside("project"),
    cache: layout.uvCache(home),
    tmp: inside("tmp"),
    bin: inside("bin"),
    toolCommands: layout.uvToolCommands(home),
    probe: inside("probe"),
    output: inside("output"),
    layers: inside("output", "layers"),
    etc: inside("etc"),
    ca: inside("etc", "ca.pem"),
    caFolder: inside("etc", "ca"),
    clientCertificate: inside("etc", "client.pem"),
    proxyCa: inside("etc", "proxy-ca.pem"),
    keyringAnswers: inside("etc", "keyring.json"),
  };
}
