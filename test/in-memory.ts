import { chmodSync, mkdtempSync, rmSync, statfsSync, symlinkSync, mkdirSync } from "node:fs";
import { release, tmpdir } from "node:os";
import path from "node:path";
import { isAtLeast } from "../src/sandbox/version-at-least.ts";

const MEMORY = "/dev/shm";
const TMPFS = 0x01021994;
/** The tests' own folders take some 3 GB at most. */
const ROOM = 6_000_000_000;
/** A plain user's overlay over a tmpfs needs this Linux, by which a run has a Python of its own. */
const LAYERS_IN_MEMORY = [6, 6] as const;
const SHARED = "uv-mre-test-cache";

/**
 * Tests write and remove many thousand small files, which takes a tenth less processor time in memory than on a disk. Where
 * TMPDIR is given, or memory is scarce, they stay where they are.
 */
export default function setup(): (() => void) | undefined {
  if (process.env["TMPDIR"] !== undefined || !hasRoom()) return undefined;
  const shared = path.join(tmpdir(), SHARED);
  mkdirSync(shared, { recursive: true });
  const folder = mkdtempSync(path.join(MEMORY, "uv-mre-tests-"));
  // As /tmp: some tests are of a plain user.
  chmodSync(folder, 0o1777);
  // What one run of the tests downloads serves the next.
  symlinkSync(shared, path.join(folder, SHARED));
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function hasRoom(): boolean {
  if (process.platform !== "linux" || !isAtLeast(release(), LAYERS_IN_MEMORY)) return false;
  try {
    const { type, bavail, bsize } = statfsSync(MEMORY);
    return type === TMPFS && Math.min(bavail * bsize, process.availableMemory() / 2) >= ROOM;
  } catch {
    return false;
  }
}
