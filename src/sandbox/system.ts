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

/** bwrap's arguments for the machine's own system, read-only. */
export function systemArguments(): string[] {
  const found = [...FOLDERS, ...ETC.map((name) => `/etc/${name}`)].filter((place) => existsSync(place));
  return found.flatMap((place) => {
    // Where `/bin` leads to `/usr/bin`, it does so inside.
    if (place.lastIndexOf("/") === 0 && lstatSync(place).isSymbolicLink()) return ["--symlink", readlinkSync(place), place];
    return ["--ro-bind", place, place];
  });
}
