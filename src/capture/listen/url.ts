/** The last part of a URL's path that is not empty: a project of a page, a name of a file. */
export function lastSegment(url: string): string {
  return (
    url
      .split(/[?#]/u)[0]
      ?.split("/")
      .findLast((part) => part !== "") ?? ""
  );
}
