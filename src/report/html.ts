import { pageData } from "./page-data.ts";
import type { Reported } from "./reported.ts";

const MARK = "__UV_MRE_DATA__";

/**
 * Runs and searches as one HTML file that asks no network. `page` is the built page; its data is JSON in a script element, where
 * no text can end the element or start a comment.
 *
 * @throws Error where `page` has no place for the data: then it is not our page.
 */
export function toHtml(reported: Reported, page: string): string {
  const at = page.indexOf(MARK);
  if (at < 0) throw new Error("the page of the HTML report has no place for its data: build it with `npm run build`");
  const json = JSON.stringify(pageData(reported)).replace(
    /[<>&\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return page.slice(0, at) + json + page.slice(at + MARK.length);
}
