/** Stands for `node:util` in the page, where code that is shared with the command line names it and never calls it. */
export function stripVTControlCharacters(text: string): string {
  return text;
}
