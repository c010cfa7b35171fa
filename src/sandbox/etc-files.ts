import { copyFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DNS_ADDRESS } from "./sockets.ts";

export const HOSTNAME = "uv-mre";
const SYSTEM = "/etc";

/** Of the system's: how libraries and commands are found, which certificates are trusted, which system this is. */
const NAMES = [
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

/** Of those, the folders that are there. */
export function etcFolders(): string[] {
  return NAMES.filter((name) => statSync(path.join(SYSTEM, name), { throwIfNoEntry: false })?.isDirectory());
}

/**
 * Makes what is `/etc` inside, in an existing folder: files of ours, copies of the system's, and an empty folder for each of
 * the system's that is seen there. Each mount costs every step some of its time, so that single files are none. Synchronous:
 * so many small files take three times as long one by one through the pool of threads.
 */
export function writeEtc(folder: string, { home, user }: { readonly home: string; readonly user: number }): void {
  const folders = etcFolders();
  for (const name of folders) mkdirSync(path.join(folder, name));
  for (const [name, text] of Object.entries(ownFiles(home, user))) writeFileSync(path.join(folder, name), text);
  for (const name of NAMES) if (!folders.includes(name)) copyIfThere(path.join(SYSTEM, name), path.join(folder, name));
}

function copyIfThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false }) !== undefined) copyFileSync(from, to);
}

/** Who the user is, and that names are asked for at our server alone. */
function ownFiles(home: string, user: number): Record<string, string> {
  return {
    passwd: `root:x:0:0:root:/nonexistent:/bin/sh\nuser:x:${user}:${user}::${home}:/bin/sh\n`,
    group: `root:x:0:\nuser:x:${user}:\n`,
    hostname: `${HOSTNAME}\n`,
    hosts: `127.0.0.1 localhost ${HOSTNAME}\n`,
    "host.conf": "multi on\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "resolv.conf": `nameserver ${DNS_ADDRESS}\n`,
  };
}
