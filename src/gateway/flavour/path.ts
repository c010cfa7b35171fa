/** Reading paths as registries do. */

/** Decodes a percent-encoded path segment; one that can't be decoded is taken as it is. */
export function decodeSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What follows `prefix`, which ends in `/` (the prefix without it counts as its root); `null`: elsewhere. */
export function under(path: string, prefix: string): string | null {
  if (path.startsWith(prefix)) return path.slice(prefix.length);
  return path.length === prefix.length - 1 && prefix.startsWith(path) ? "" : null;
}

export function lastSegment(path: string): string {
  const end = path.endsWith("/") ? path.length - 1 : path.length;
  return path.slice(path.lastIndexOf("/", end - 1) + 1, end);
}

/** File and whether its PEP 658 metadata is meant. */
export function fileRoute(segment: string): { kind: "file"; filename: string; metadata: boolean } {
  const name = decodeSegment(segment);
  const suffix = ".metadata";
  return name.endsWith(suffix)
    ? { kind: "file", filename: name.slice(0, -suffix.length), metadata: true }
    : { kind: "file", filename: name, metadata: false };
}

/** Whether a name is that of a wheel, an sdist, or the metadata beside one. */
export function isFilename(segment: string): boolean {
  return /\.(whl|tar\.gz|zip|tar\.bz2)(\.metadata)?$/i.test(segment);
}

/** Encodes a file name for a path: `+` and `!` stay, as indexes write them. */
export function encodeFilename(filename: string): string {
  return encodeURIComponent(filename).replaceAll("%2B", "+");
}
