/** Whether a version that begins with two numbers, as `uname -r` prints a kernel's, is these or newer. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [itsMajor = 0, itsMinor = 0] = (/^(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  return itsMajor > major || (itsMajor === major && itsMinor >= minor);
}
