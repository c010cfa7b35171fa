// oxlint-disable no-control-regex -- controls are what is looked for

/** A text without what may stand amid a secret unseen, and where each of its characters stood. */
interface Undisguised {
  readonly bare: string;
  place(index: number): number;
}

/**
 * All that is no blank and in no form of a secret: controls, what has no width, what undecodable bytes became, and any
 * other character beyond ASCII, since no list of those that nobody sees is ever whole. Line ends go with the next line's
 * indentation, the frame that it may hold, and its gutter: `| ` of an excerpt, `> ` of a quote, `# ` of a comment.
 */
export const UNSEEN = "[^\\t\\n -~]|\\n(?:[^\\u0000-\\u0008\\n-\\u001f!-\\u009f]*[#>|]+[\\t ])*[^\\u0000-\\u0008\\n-\\u001f!-\\u009f]*";
/** A terminal's sequences (ECMA-48): control sequences, strings such as titles and links, and the short ones. */
export const SEQUENCE =
  "(?:\\u001b\\[|\\u009b)[0-?]*[!-/]*[@-~]|(?:\\u001b[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u009c\\n]{0,2000}(?:\\u0007|\\u001b\\\\|\\u009c)|\\u001b[!-/]*[0-~]";
/** The same as `stripVTControlCharacters` of Node reads them, which takes more. */
export const STRIPPED =
  "[\\u001b\\u009b][\\[\\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\\d/#&.:=?%@~_]+)*|[a-zA-Z\\d]+(?:;[-a-zA-Z\\d/#&.:=?%@~_]*)*)?(?:\\u0007|\\u001b\\u005c|\\u009c))|(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PR-TZcf-nq-uy=><~]))";

/** Each with what must be in a text for it to make a difference. Exported scripts take the same away. */
export const DISGUISES = [
  { when: new RegExp(UNSEEN), what: new RegExp(UNSEEN, "g") },
  { when: /[\u001b\u0080-\u009f]/, what: new RegExp(`${SEQUENCE}|${UNSEEN}`, "g") },
  { when: /[\u001b\u009b]/, what: new RegExp(`${STRIPPED}|${UNSEEN}`, "g") },
  // A backspace takes the character before it away.
  { when: /\u0008/, what: new RegExp(`[^\\n]\\u0008|${SEQUENCE}|${UNSEEN}`, "g") },
] as const;

/** The text as it reads once what a program may have put into it is gone, one way after the other. */
export function undisguised(text: string): Undisguised[] {
  return DISGUISES.filter(({ when }) => when.test(text)).map(({ what }) => ({
    bare: text.replaceAll(what, ""),
    place: placesIn(text, what),
  }));
}

/** Index in the bare text → index in the text. */
function placesIn(text: string, what: RegExp): (index: number) => number {
  let gaps: { readonly at: number; readonly removed: number }[] | null = null;
  return (index) => {
    if (gaps === null) {
      gaps = [];
      let removed = 0;
      for (const match of text.matchAll(what)) {
        const at = match.index - removed;
        removed += match[0].length;
        gaps.push({ at, removed });
      }
    }
    // The last gap at or before the index, by halving.
    let low = 0;
    let high = gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((gaps[middle]?.at ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return index + (gaps[low - 1]?.removed ?? 0);
  };
}
