import { statSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
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
 * the system's that is seen there. Each mount costs every step some of its time, so that single files are none.
 */
export async function writeEtc(folder: string, { home, user }: { readonly home: string; readonly user: number }): Promise<void> {
  const folders = etcFolders();
  await Promise.all([
    ...Object.entries(ownFiles(home, user)).map(([name, text]) => writeFile(path.join(folder, name), text)),
    ...folders.map((name) => mkdir(path.join(folder, name))),
    ...NAMES.filter((name) => !folders.includes(name)).map((name) => copyIfThere(path.join(SYSTEM, name), path.join(folder, name))),
  ]);
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
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
