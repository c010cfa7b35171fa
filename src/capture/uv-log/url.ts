/** A URL without what stands before its host. */
export function withoutUser(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/iu, "$1");
}

/** The last part of a URL's path that is not empty: a project of a page, a name of a file. */
export function lastSegment(url: string): string {
  return (
    url
      .split(/[?#]/u)[0]
      ?.split("/")
      .findLast((part) => part !== "") ?? ""
  );
}
