import { EXIT } from "../report/exit-status.ts";
import type { Harness } from "../run/harness/harness.ts";
import { openHarness, type HarnessOptions } from "../run/harness/open-harness.ts";

export interface Session {
  readonly harness: Harness;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  interrupted(): boolean;
}

/**
 * Opens a harness, does the work and disposes of everything, also on Ctrl-C and SIGTERM: the first one ends the runs
 * under way, and what they started; the work then comes to its end as usual.
 */
export async function withSession(
  options: Pick<HarnessOptions, "python" | "notice">,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    await using harness = await openHarness({ ...options, signal: controller.signal });
    return await work({ harness, signal: controller.signal, interrupted: () => controller.signal.aborted });
  } catch (error) {
    if (controller.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
