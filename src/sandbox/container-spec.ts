import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ContainerSpec } from "../observation/container.ts";
import { IN_MEMORY, PROGRAMS } from "./bubblewrap.ts";
import { HOSTNAME } from "./etc-files.ts";
import { LIMITS, memoryBytes, processLimits } from "./limits.ts";
import { seenIn, type View } from "./model.ts";
import { systemPlaces } from "./system.ts";

/** Where the container finds the relay. */
const MEETING = "/run/uv-mre-relay";
/** Where the mounts of this process are, as the fifth word of each line, with blanks in it as `\040`. */
const MOUNTS = "/proc/self/mountinfo";

export interface ContainerWalls {
  readonly view: View;
  /** Folder with the programs of the sandbox. */
  readonly programs: string;
  /** Folder in which the relay listens. */
  readonly meeting: string;
  /** Absolute path of a Python that is seen inside. */
  readonly python: string;
  readonly ports: readonly number[];
  readonly user: { readonly uid: number; readonly gid: number };
}

type Mount = ContainerSpec["mounts"][number];

/** The container of one run, with `container.py` as its first process. */
export function containerSpec({ view, programs, meeting, python, ports, user }: ContainerWalls): ContainerSpec {
  const { root, fixed, hidden, journals, readable, etc } = view;
  const { links, folders } = systemPlaces();
  const at = (place: string): string => seenIn(view, place);
  const seen = [...folders, ...readable.filter((place) => existsSync(place))];
  const readOnly = [
    ...[...seen, ...mountsBelow(seen), ...fixed].map((place) => ({ source: place, target: at(place) })),
    { source: etc, target: "/etc" },
    // The daemon has its own, unless others are named.
    ...["hostname", "hosts", "resolv.conf"].map((name) => ({ source: path.join(etc, name), target: `/etc/${name}` })),
    { source: programs, target: PROGRAMS },
    { source: meeting, target: MEETING },
  ].map((each): Mount => ({ ...each, isReadOnly: true }));
  const writable = [root, ...journals].map((place): Mount => ({ source: place, target: at(place), isReadOnly: false }));
  return {
    hostname: HOSTNAME,
    command: [python, "-ISEB", path.posix.join(PROGRAMS, "container.py"), MEETING, ...[user.uid, user.gid, ...ports].map(String)],
    links,
    // Of two for one place the daemon takes none.
    mounts: [...new Map([...readOnly, ...writable].map((mount) => [mount.target, mount])).values()],
    inMemory: {
      ...Object.fromEntries(IN_MEMORY.map((place) => [place, `rw,exec,nosuid,nodev,mode=1777,size=${LIMITS.fileBytes}`])),
      "/sys": "ro,size=0",
      [at(hidden)]: "mode=0755,size=64k",
    },
    limits: { processes: LIMITS.processes, memoryBytes: memoryBytes(), each: processLimits() },
  };
}

/** They are not seen with the folders that they are in. */
function mountsBelow(folders: readonly string[]): string[] {
  const places = readFileSync(MOUNTS, "utf8")
    .split("\n")
    .map((line) => (line.split(" ")[4] ?? "").replace(/\\(\d{3})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 8))));
  return places.filter((place) => folders.some((folder) => place.startsWith(`${folder}/`)));
}
