/** The URL's path with its query, at most `limit` characters, cut in the middle: where it begins and ends is what tells. */
export function shortPath(url: string, limit = 60): string {
  return cutMiddle(url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*(?=\/)/iu, ""), limit);
}

/** At most `limit` characters, `…` where the middle was cut; never splits a surrogate pair. */
export function cutMiddle(text: string, limit: number): string {
  const characters = Array.from(text);
  if (characters.length <= limit) return text;
  const head = Math.floor((limit - 1) / 2);
  return `${characters.slice(0, head).join("")}…${characters.slice(characters.length - (limit - 1 - head)).join("")}`;
}
