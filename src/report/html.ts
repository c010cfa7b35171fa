import { pageData } from "./page-data.ts";
import type { Reported } from "./reported.ts";

const MARK = "__UV_MRE_DATA__";

/**
 * Runs and searches as one HTML file that asks no network. `page` is the built page; its data is a script element of JSON lines,
 * first what is shown at once, then the details of each run. No text can end the element or start a comment.
 *
 * @throws Error where `page` has no place for the data: then it is not our page.
 */
export function toHtml(reported: Reported, page: string): string {
  const at = page.indexOf(MARK);
  if (at < 0) throw new Error("the page of the HTML report has no place for its data: build it with `npm run build`");
  const { data, details } = pageData(reported);
  const lines = [data, ...details].map((value) => JSON.stringify(value).replace(MARKUP, escaped)).join("\n");
  return page.slice(0, at) + lines + page.slice(at + MARK.length);
}

const MARKUP = /[<>&\u2028\u2029]/gu;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
