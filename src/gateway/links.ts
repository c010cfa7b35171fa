import type { Distribution } from "../scenario/distribution.ts";
import type { Answer } from "./answer.ts";
import type { Facts, Behaviour } from "./flavour/flavour.ts";
import type { Link } from "./page.ts";

/** Writes a registry's links so that clients of this gateway reach what they name. */
export interface Links {
  /** As the registry's own pages write it. */
  toFile(file: Distribution): Link;
  /** For pages that lie elsewhere: not relative. */
  toFileFromAnywhere(file: Distribution): Link;
  /** URL of a file. */
  fileUrl(file: Distribution): string;
  /** An absolute URL or path that the registry would write. */
  outward(href: string): string;
  /** An absolute URL under the scheme that the index believes it is reached by. */
  schemed(url: string): string;
  /** An answer whose `Location` is the registry's own. */
  redirected(answer: Answer): Answer;
}

/**
 * `translate` turns an absolute URL or path of this registry into an address that clients reach; `elsewhere` tells where another
 * index of the run has a file.
 */
export function createLinks(
  facts: Facts,
  behaviour: Behaviour,
  translate: (href: string) => string,
  elsewhere: (index: string, file: Distribution) => string | null,
): Links {
  const { index } = facts;
  const { linksAs } = index;

  const resolved = (file: Distribution): string => new URL(behaviour.href(file), facts.absolute(`${facts.path}${file.project}/`)).href;
  const origin = facts.absolute("/");
  const schemed = (url: string): string => (linksAs === null ? url : url.replace(/^https?:/, `${linksAs}:`));
  // It is wrong about its own host; PyPI's address and that of a storage are settings, not seen in requests.
  const outward = (href: string): string => (href.startsWith("/") || href.startsWith(origin) ? schemed(translate(href)) : translate(href));
  const link = (file: Distribution, href: string): Link => ({
    file,
    href: (file.filesAt === undefined ? null : elsewhere(file.filesAt, file)) ?? outward(href),
    fragment: file.hashes === undefined ? behaviour.fragment(file) : fragmentOf(file.hashes),
    metadata: index.metadata,
  });

  return {
    // An index that has its scheme wrong shows it in absolute links alone.
    toFile: (file) => link(file, linksAs === null ? behaviour.href(file) : resolved(file)),
    toFileFromAnywhere(file) {
      const href = behaviour.href(file);
      return link(file, linksAs === null && /^(\/|https?:)/.test(href) ? href : resolved(file));
    },
    fileUrl: (file) => outward(resolved(file)),
    outward,
    schemed,
    redirected(given) {
      const { location } = given.headers;
      if (typeof location !== "string") return given;
      const absolute = linksAs !== null && location.startsWith("/") ? facts.absolute(location) : location;
      return { ...given, headers: { ...given.headers, location: outward(absolute) } };
    },
  };
}

/** HTML has room for one hash. */
function fragmentOf(hashes: Readonly<Record<string, string>>): string {
  const [first] = Object.entries(hashes);
  return first === undefined ? "" : first.join("=");
}
