import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import type { Sandbox } from "./model.ts";

export interface Fault {
  readonly kind: Sandbox["kind"];
  readonly fault: string;
  /** It says itself what to do. */
  readonly isPlain: boolean;
}

/** Why commands cannot be kept from this machine by what was tried, and what to do, in one line. */
export async function whyUnavailable(faults: readonly Fault[]): Promise<string> {
  const said = faults.map(async ({ kind, fault, isPlain }) => {
    if (kind === "docker") return faults.length === 1 ? fault : `nor does Docker: ${fault}`;
    const advice = isPlain ? null : await adviceFor();
    return fault + (advice === null ? "" : `; ${advice}`);
  });
  return `no sandbox works here: ${(await Promise.all(said)).join("; ")}`;
}

async function adviceFor(): Promise<string | null> {
  if (process.platform !== "linux") return null;
  if (await isOne("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")) {
    return "Ubuntu keeps user namespaces from programs without an AppArmor profile: docs/security.md#ubuntu has one";
  }
  if ((await isZero("/proc/sys/kernel/unprivileged_userns_clone")) || (await isZero("/proc/sys/user/max_user_namespaces"))) {
    return "user namespaces are switched off (sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces)";
  }
  if (existsSync("/.dockerenv") || existsSync("/run/.containerenv")) {
    return "a container needs --security-opt seccomp=unconfined --security-opt systempaths=unconfined for it: docs/security.md#containers";
  }
  return "docs/security.md#where-it-works says what it needs";
}

async function isOne(file: string): Promise<boolean> {
  return (await readFile(file, "utf8").catch(() => "")).trim() === "1";
}

async function isZero(file: string): Promise<boolean> {
  return (await readFile(file, "utf8").catch(() => "")).trim() === "0";
}
