import type { AnswerTable } from "./answer-table.ts";

/** What a script carries and cannot be read off the scenario; gathered by `run/`. */
export interface ExportMaterial {
  /** Every answer of the indexes. */
  readonly table: AnswerTable;
  /** Wheels that the script builds: name → path inside → text. */
  readonly built: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of each step, the names of those that it finds in `dist`. */
  readonly dist: readonly (readonly string[])[];
  /** Wheels that it carries, by name, base64. */
  readonly carried: Readonly<Record<string, string>>;
  /** PEM: the key of every certificate, the certificate of each host, and the authority that they are trusted by. */
  readonly key: string;
  readonly certificates: Readonly<Record<string, string>>;
  readonly ca: string;
  /** Texts of the programs in other languages, by file name: those of `programs/export`, the probe and the keyring backend. */
  readonly programs: Readonly<Record<string, string>>;
}

/** Stands for PyPI: uv is told to ask here, since the script can carry no certificate for the real one. */
export const DEFAULT_HOST = "default.example.com";
