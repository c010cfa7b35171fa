import { UserError } from "../../scenario/error.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** Bytes of a text such as `2GB`, `500 MB`, `1.5g` (powers of ten). Throws `UserError`. */
export function parseSize(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)b?\s*$/i.exec(text);
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ""];
  if (match?.[1] === undefined || unit === undefined) throw new UserError(`"${text}" is not a size; write it as 500MB or 2GB`);
  return Math.round(Number(match[1]) * unit);
}

/** For people: `1.2 GB`. */
export function formatSize(bytes: number): string {
  for (const [unit, name] of [
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ] as const) {
    if (bytes >= unit) return `${(bytes / unit).toFixed(1)} ${name}`;
  }
  return `${bytes} B`;
}
