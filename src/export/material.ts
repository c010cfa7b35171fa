/** What a script carries and cannot be read off the scenario; gathered by `run/`. */
export interface ExportMaterial {
  /** Wheels that the script builds: file name → path inside → text. */
  readonly built: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Wheels that it carries, by file name, base64. */
  readonly carried: Readonly<Record<string, string>>;
  /** File names by index, `default` included. */
  readonly wheels: Readonly<Record<string, readonly string[]>>;
  /** Ids of azure-devops feeds by index. */
  readonly guids: Readonly<Record<string, string>>;
  /** PEM: the key of every certificate, the certificate of each host, and the authority that they are trusted by. */
  readonly key: string;
  readonly certificates: Readonly<Record<string, string>>;
  readonly ca: string;
  /** Source of the sitecustomize that records keyring calls. */
  readonly probe: string;
  /** Source of the keyring tool's plugin. */
  readonly plugin: string;
}

/** Stands for PyPI: uv is told to ask here, since the script can carry no certificate for the real one. */
export const DEFAULT_HOST = "default.example.com";
