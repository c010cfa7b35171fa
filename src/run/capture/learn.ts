import path from "node:path";
import { withTried } from "../../capture/credential-trials.ts";
import type { Looked } from "../../capture/model.ts";
import type { Material } from "../../capture/write/material.ts";
import type { Harness } from "../harness/harness.ts";
import { askIndexes } from "./ask-indexes.ts";
import { revealSecret } from "./reveal-secret.ts";
import type { SecretNames } from "./secret-names.ts";
import { tryCredentials } from "./try-credentials.ts";

/** What the reporter chose to have asked and tried. */
export interface Learning {
  readonly looked: Looked;
  /** With the secrets of its URLs. */
  readonly argv: readonly string[];
  readonly secrets: SecretNames;
  /** Asks each index for a page, without credentials. */
  readonly ask: boolean;
  /** Asks whether a credential may be sent to its own host; `null`: none is tried. */
  readonly consent: ((question: string) => Promise<boolean>) | null;
  readonly signal: AbortSignal;
  /** Told what is done, for the reporter's eyes: it may hold their names. */
  readonly tell: (line: string) => void;
}

/** Asks indexes and tries credentials, as far as the reporter chose to; the original has run for the last time by then. */
export async function learn(harness: Harness, request: Learning, known: Material, argv: readonly string[]): Promise<Material> {
  const { looked, secrets, signal, tell, consent } = request;
  const folder = path.join(looked.root, looked.cwd);
  const asking = { argv, folder, version: harness.version, signal, tell };
  const material: Material = request.ask ? { ...known, asked: await askIndexes({ ...asking, material: known }) } : known;
  if (consent === null) return material;
  const reveal = (secret: string): Promise<string | null> =>
    revealSecret(secret, { looked, env: harness.env, argv: request.argv, secrets });
  return withTried(material, await tryCredentials({ ...asking, material, consent, reveal }));
}
