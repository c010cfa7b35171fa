import { plain } from "./answer.ts";
import type { Route, Behaviour } from "./flavour/flavour.ts";
import { ORDINARY } from "./flavour/flavour.ts";
import { decodeSegment, encodeFilename, fileRoute, isFilename, lastSegment } from "./flavour/path.ts";

/**
 * `[index.default]` on any host that no index declares, whatever shape its paths have: the last segment is a file,
 * a project, or the root. Links are absolute paths, so that they lead back to the host that was asked.
 */
export function openDefaultIndex(): Behaviour {
  return {
    ...ORDINARY,
    route: ({ path }, method) => (method === "POST" ? { kind: "nothing" } : route(path)),
    gate: () => null,
    href: ({ sha256, filename }) => `/packages/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256.slice(4)}/${encodeFilename(filename)}`,
    missing: () => plain(404, "404 Not Found"),
  };
}

function route(path: string): Route {
  const last = lastSegment(path);
  if (isFilename(last)) return fileRoute(last);
  if (last === "" || (/^\+?simple$/.test(last) && !/\/\+?simple\/\+?simple\/?$/.test(path))) return { kind: "root" };
  return { kind: "page", name: decodeSegment(last) };
}
