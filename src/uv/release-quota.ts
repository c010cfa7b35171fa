import type { UvContext } from "./context.ts";
import type { InstalledRelease } from "./release-folder.ts";
import { type Removal, removeUnused } from "./remove-unused.ts";

/** Keeps the releases within what the context allows. */
export interface ReleaseQuota {
  /** One more release is there, of so many bytes. */
  add(bytes: number): Promise<void>;
  /** Removes the longest unused until the rest is at most `maxBytes`, none in use. */
  remove(maxBytes: number): Promise<readonly InstalledRelease[]>;
  /** What this process held is free now. */
  close(): Promise<void>;
}

/** Where the limit is reached, a tenth of it is freed, so that the next few fetches need not look at every release. */
const LEFT_FULL = 0.9;

export function openReleaseQuota(context: UvContext, onRemoved: () => Promise<void>): ReleaseQuota {
  /** Since releases were last counted; other processes may have added theirs. */
  let taken = Infinity;
  let hasAdded = false;
  let removing: Promise<unknown> = Promise.resolve();

  const removeTo = (maxBytes: number): Promise<Removal> => {
    // One at a time: two that count the same folders would together remove too much.
    const removal = removing.then(async () => {
      const done = await removeUnused(context, maxBytes);
      taken = done.bytes;
      if (done.removed.length > 0) await onRemoved();
      return done;
    });
    removing = removal.catch(() => {});
    return removal;
  };
  const keepWithin = async (): Promise<void> => {
    const room = await context.room?.();
    if (room === undefined || taken <= room) return;
    if (taken === Infinity) await removeTo(Infinity);
    if (taken > room) await removeTo(room * LEFT_FULL);
  };
  return {
    async add(bytes) {
      hasAdded = true;
      taken += bytes;
      await keepWithin();
    },
    remove: async (maxBytes) => (await removeTo(maxBytes)).removed,
    async close() {
      if (!hasAdded) return;
      taken = Infinity;
      await keepWithin();
    },
  };
}
