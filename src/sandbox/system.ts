import { existsSync, lstatSync, readlinkSync } from "node:fs";

/** What programs of the system need, and nothing of its users or services: no `/home`, `/root`, `/run`, `/var`, `/sys`. */
const FOLDERS = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store"];

/** Of `/etc`: how libraries and commands are found, which certificates are trusted, which system this is. */
const ETC = [
  "alternatives",
  "ca-certificates",
  "ca-certificates.conf",
  "debian_version",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "lsb-release",
  "mime.types",
  "os-release",
  "pki",
  "protocols",
  "redhat-release",
  "services",
  "ssl",
  "terminfo",
];

/** What of the machine's own system is seen, each at its own place. */
export interface SystemPlaces {
  /** Links, by place: where `/bin` leads to `usr/bin`, it does so inside. */
  readonly links: Readonly<Record<string, string>>;
  readonly folders: readonly string[];
}

export function systemPlaces(): SystemPlaces {
  const found = [...FOLDERS, ...ETC.map((name) => `/etc/${name}`)].filter((place) => existsSync(place));
  const isLink = (place: string): boolean => place.lastIndexOf("/") === 0 && lstatSync(place).isSymbolicLink();
  return {
    links: Object.fromEntries(found.filter(isLink).map((place) => [place, readlinkSync(place)])),
    folders: found.filter((place) => !isLink(place)),
  };
}
