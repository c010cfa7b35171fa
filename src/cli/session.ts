import { namingCache } from "../run/cache/cache-folder.ts";
import { parseSize } from "../run/cache/size.ts";
import { EXIT } from "../report/exit-status.ts";
import type { Harness } from "../run/harness/harness.ts";
import { openHarness, type HarnessOptions } from "../run/harness/open-harness.ts";

/** What commands are told of this machine. */
export interface MachineOptions {
  readonly python?: string;
  readonly maxDisk?: string;
}

/** The same as a harness takes it. Throws `UserError` for what is no size. */
export function machineOptions({ python, maxDisk }: MachineOptions): Pick<HarnessOptions, "python" | "maxDisk"> {
  return { python: python ?? null, ...(maxDisk !== undefined && { maxDisk: parseSize(maxDisk) }) };
}

export interface Session {
  readonly harness: Harness;
  /** Aborted by Ctrl-C, Ctrl-\, SIGTERM, and when the terminal is closed. */
  readonly signal: AbortSignal;
  interrupted(): boolean;
  /** From now on Ctrl-C and Ctrl-\ are meant for what runs on the terminal, and end nothing of ours. */
  handOverKeyboard(): void;
}

const FROM_KEYBOARD = ["SIGINT", "SIGQUIT"] as const;
const FROM_OUTSIDE = ["SIGTERM", "SIGHUP"] as const;

/**
 * Opens a harness, does the work and disposes of everything, also on a signal: the first one ends the runs under way,
 * and what they started; the work then comes to its end as usual.
 */
export async function withSession(
  options: Pick<HarnessOptions, "python" | "notice" | "sandbox" | "maxDisk">,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  const controller = new AbortController();
  let keyboardIsOurs = true;
  const stop = (): void => controller.abort();
  const stopByKeyboard = (): void => {
    if (keyboardIsOurs) controller.abort();
  };
  for (const name of FROM_KEYBOARD) process.on(name, stopByKeyboard);
  for (const name of FROM_OUTSIDE) process.on(name, stop);
  try {
    await using harness = await openHarness({ ...options, signal: controller.signal });
    const doing = work({
      harness,
      signal: controller.signal,
      interrupted: () => controller.signal.aborted,
      handOverKeyboard: () => (keyboardIsOurs = false),
    });
    return await doing.catch((error: unknown) => {
      throw namingCache(error, harness.cacheDir);
    });
  } catch (error) {
    if (controller.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    for (const name of FROM_KEYBOARD) process.off(name, stopByKeyboard);
    for (const name of FROM_OUTSIDE) process.off(name, stop);
  }
}
