import { existsSync } from "node:fs";
import path from "node:path";
import { type Inside, seenIn, type View } from "./model.ts";
import { HOSTNAME } from "./etc-files.ts";
import { LIMITS } from "./limits.ts";
import { systemPlaces } from "./system.ts";

/** The descriptors that a step's bwrap is started with, in this order from 3 on. */
export const DESCRIPTORS = { status: 3, info: 4, arguments: 5, seccomp: 6 } as const;

export interface Walls {
  /** Folder with `waiter.sh`. */
  readonly programs: string;
  readonly view: View;
  /** Whether `DESCRIPTORS.seccomp` has a filter. */
  readonly seccomp: boolean;
}

/** Where the programs of the sandbox are inside. */
export const PROGRAMS = "/run/uv-mre";
/** What waits for a command inside. */
export const WAITER = path.posix.join(PROGRAMS, "waiter.sh");
/** Folders that are empty to a run and take no room on any disk. */
export const IN_MEMORY = ["/tmp", "/var/tmp", "/dev/shm"];
/** Inside, whoever it is outside. */
export const USER = 1000;

/**
 * bwrap's options for one step. The usual ones can be left as root: hence no
 * capabilities, no user namespace below, and `/proc/sys` read-only although it seems to be so already.
 */
export function bubblewrapArguments({ programs, view, seccomp }: Walls, inside: Inside): string[] {
  const { root, seenRoot, fixed, hidden, readable, layers, etc } = view;
  const at = (place: string): string => seenIn(view, place);
  const { links, folders } = systemPlaces();
  return [
    ["--unshare-user", "--uid", String(USER), "--gid", String(USER), "--disable-userns", "--cap-drop", "ALL"],
    ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", HOSTNAME],
    ["--die-with-parent", "--new-session"],
    ["--info-fd", String(DESCRIPTORS.info), ...(seccomp ? ["--seccomp", String(DESCRIPTORS.seccomp)] : [])],
    Object.entries(links).flatMap(([place, target]) => ["--symlink", target, place]),
    ["--ro-bind", etc, "/etc"],
    folders.flatMap((place) => ["--ro-bind", place, place]),
    ["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys", "--dev", "/dev", "--remount-ro", "/dev"],
    IN_MEMORY.flatMap((place) => ["--perms", "1777", "--size", String(LIMITS.fileBytes), "--tmpfs", place]),
    ["--ro-bind", programs, PROGRAMS],
    readable.filter((place) => existsSync(place)).flatMap((place) => ["--ro-bind", place, place]),
    layers.flatMap(({ place, upper, work }) => ["--overlay-src", place, "--overlay", upper, work, place]),
    ["--bind", root, seenRoot],
    fixed.flatMap((place) => ["--ro-bind", place, at(place)]),
    ["--tmpfs", at(hidden), ...(inside.journal === null ? [] : ["--bind", inside.journal, at(inside.journal)])],
    ["--remount-ro", at(hidden)],
    ["--remount-ro", "/", "--chdir", inside.cwd, "--clearenv"],
    Object.entries(inside.env).flatMap(([name, value]) => ["--setenv", name, value]),
  ].flat();
}

/** A command with a terminal of its own; `python` is one that is seen inside. */
export function onTerminal(python: string, { file, args }: Pick<Inside, "file" | "args">): Pick<Inside, "file" | "args"> {
  return { file: python, args: ["-IS", path.posix.join(PROGRAMS, "terminal.py"), file, ...args] };
}

/** What bwrap is to start; it takes that from its command line alone. */
export function commandInside({ file, args }: Pick<Inside, "file" | "args">): string[] {
  return ["/bin/sh", WAITER, file, ...args];
}
