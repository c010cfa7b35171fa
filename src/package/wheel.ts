import { createHash } from "node:crypto";

import type { PackageContents } from "./contents.ts";

/** Noon by the local clock, which is what zip stores and fflate reads: the same bytes in every time zone. */
const ZIP_DATE = new Date(2020, 0, 1, 12);
const REGULAR_FILE = (0o100644 << 16) >>> 0;
const UNIX = 3;

export const WHEEL_TAG = "py3-none-any";

/** `WHEEL`, also used by the sdist's backend. */
export const WHEEL_FILE = wheelFile(WHEEL_TAG);

/** A compressed tag (`py2.py3-none-any`) is a line for each that it stands for. */
export function wheelFile(tag: string): string {
  const [pythons = [], abis = [], platforms = []] = tag.split("-").map((part) => part.split("."));
  const tags = pythons.flatMap((python) => abis.flatMap((abi) => platforms.map((platform) => `Tag: ${python}-${abi}-${platform}\n`)));
  return `Wheel-Version: 1.0\nGenerator: uv-mre\nRoot-Is-Purelib: true\n${tags.join("")}`;
}

/** The wheel's bytes (PEP 427): equal for equal contents, on every machine. Nothing is compressed: exported scripts build the same bytes. */
export async function wheelBytes(contents: PackageContents, tag: string = WHEEL_TAG): Promise<Uint8Array> {
  const { strToU8, zipSync } = await import("fflate");
  const info = `${contents.stem}.dist-info`;
  const files: (readonly [string, string])[] = [
    ...contents.files,
    [`${info}/METADATA`, contents.metadata],
    [`${info}/WHEEL`, wheelFile(tag)],
  ];
  if (contents.entryPoints !== null) files.push([`${info}/entry_points.txt`, contents.entryPoints]);
  files.push([`${info}/RECORD`, record(files, `${info}/RECORD`)]);
  return zipSync(Object.fromEntries(files.map(([path, text]) => [path, strToU8(text)])), {
    level: 0,
    mtime: ZIP_DATE,
    os: UNIX,
    attrs: REGULAR_FILE,
  });
}

/** One CSV line a file; RECORD itself has neither hash nor size. */
function record(files: readonly (readonly [string, string])[], own: string): string {
  const lines = files.map(([path, text]) => {
    const bytes = Buffer.from(text);
    return `${csv(path)},sha256=${createHash("sha256").update(bytes).digest("base64url")},${bytes.length}`;
  });
  return `${[...lines, `${own},,`].join("\n")}\n`;
}

function csv(path: string): string {
  return /[",\n]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
}
