/** A regular expression as Python reads it. Before 3.14 Python's `\B` is nowhere in an empty text. */
export function pythonPattern({ source, flags }: RegExp): string {
  const set = flags.replaceAll(/[^ims]/g, "");
  const known = source.replaceAll(/\\[\s\S]/g, (escape) => (escape === "\\B" ? String.raw`(?!\b)` : escape));
  return set === "" ? known : `(?${set})${known}`;
}
