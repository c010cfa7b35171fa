import { statSync, watch, type FSWatcher } from "node:fs";
import path from "node:path";
import { UserError } from "../scenario/error.ts";

/** Tells that something changed in some files, or beside them. */
export interface FileWatch extends Disposable {
  /** `true` with the next change, at once where one came meanwhile; `false` once the signal is aborted. */
  changed(signal: AbortSignal): Promise<boolean>;
}

/** An editor writes in several steps: so many milliseconds without a further one end a change. */
const SETTLED_MS = 100;

/**
 * Watches folders with all that is in them, and of files the folder that they are in: an editor may put another file in a
 * file's place. Throws `UserError` where that can't be.
 */
export function watchFiles(files: readonly string[]): FileWatch {
  const folders = new Map(files.map((file) => (statSync(file).isDirectory() ? [file, true] : [path.dirname(file), false])));
  const state = { changes: 0 };
  let tell = (): void => {};
  const onChange = (): void => {
    state.changes++;
    tell();
  };
  const watchers: FSWatcher[] = [];
  for (const [folder, recursive] of folders) {
    try {
      watchers.push(watch(folder, { recursive }, onChange).on("error", onChange));
    } catch (error) {
      for (const watcher of watchers) watcher.close();
      throw new UserError(`${folder}: cannot be watched (${(error as NodeJS.ErrnoException).code ?? String(error)}); run without --watch`);
    }
  }
  const next = (signal: AbortSignal, milliseconds?: number): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      signal.addEventListener("abort", () => resolve(), { once: true });
      tell = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    async changed(signal) {
      for (let settled = 0; settled !== state.changes || state.changes === 0;) {
        settled = state.changes;
        await next(signal, state.changes === 0 ? undefined : SETTLED_MS);
        if (signal.aborted) return false;
      }
      state.changes = 0;
      return true;
    },
    [Symbol.dispose]() {
      for (const watcher of watchers) watcher.close();
    },
  };
}
