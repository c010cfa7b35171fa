import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { etcFolders } from "./etc-files.ts";

/** What programs of the system need, and nothing of its users or services: no `/home`, `/root`, `/run`, `/var`, `/sys`. */
const FOLDERS = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store"];

/** What of the machine's own system is seen, each at its own place. */
export interface SystemPlaces {
  /** Links, by place: where `/bin` leads to `usr/bin`, it does so inside. */
  readonly links: Readonly<Record<string, string>>;
  readonly folders: readonly string[];
}

/** Looked up once: the system does not move while we run. */
export function systemPlaces(): SystemPlaces {
  return (known ??= lookUp());
}

let known: SystemPlaces | null = null;

function lookUp(): SystemPlaces {
  const found = FOLDERS.filter((place) => existsSync(place));
  const isLink = (place: string): boolean => lstatSync(place).isSymbolicLink();
  return {
    links: Object.fromEntries(found.filter(isLink).map((place) => [place, readlinkSync(place)])),
    folders: [...found.filter((place) => !isLink(place)), ...etcFolders().map((name) => `/etc/${name}`)],
  };
}
