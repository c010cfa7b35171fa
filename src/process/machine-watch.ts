import { availableParallelism } from "node:os";
import { type ProcessLimit, processLimit } from "./process-limit.ts";

/** What the machine did while a step ran that makes its end mean nothing. */
export interface MachineFault {
  readonly kind: "resources" | "frozen";
  /** For people. */
  readonly detail: string;
}

export interface MachineWatch {
  /** Ends the watch, and says what was amiss. */
  end(): MachineFault[];
}

export interface MachineWatchOptions {
  readonly room?: () => ProcessLimit;
  /** Milliseconds without a sign of life of our own process after which the indexes may have missed requests. */
  readonly stillMs?: number;
}

/** uv takes threads by the number of cores, and says nothing of a keyring or git that it could not start. */
const NEEDED = 64 + 4 * availableParallelism();
const TICK_MS = 200;
const STILL_MS = 5_000;

/** Watches what a step cannot tell by itself: that processes were refused to it, and that we stood still. */
export function watchMachine({ room = processLimit, stillMs = STILL_MS }: MachineWatchOptions = {}): MachineWatch {
  const before = room();
  let longest = 0;
  let [ticked, wall] = [performance.now(), Date.now()];
  const tick = (): void => {
    const [now, date] = [performance.now(), Date.now()];
    // A suspended machine stops the first clock, a stopped process neither.
    longest = Math.max(longest, now - ticked, date - wall);
    [ticked, wall] = [now, date];
  };
  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  return {
    end() {
      clearInterval(timer);
      tick();
      const after = room();
      const faults: MachineFault[] = [];
      const free = Math.min(before.free, after.free);
      if (after.refused > before.refused) {
        faults.push({ kind: "resources", detail: "the system refused a process while the step ran (`pids.max` of the control group)" });
      } else if (free < NEEDED) {
        faults.push({
          kind: "resources",
          detail: `only ${Math.max(0, free)} more processes are allowed (\`ulimit -u\`, or \`pids.max\`); a step may need ${NEEDED}`,
        });
      }
      if (longest >= stillMs) {
        faults.push({ kind: "frozen", detail: `uv-mre or the machine stood still for ${Math.round(longest / 1000)} s while the step ran` });
      }
      return faults;
    },
  };
}
