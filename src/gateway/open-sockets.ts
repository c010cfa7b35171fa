import type { Socket } from "node:net";

/** The connections that are open. */
export interface OpenSockets {
  readonly size: number;
  add(socket: Socket): void;
  /** Resolves once all are closed, or after a second: a process that outlived its step may hold one. */
  settled(): Promise<void>;
  destroy(): void;
}

const LONGEST_MS = 1_000;

export function createOpenSockets(): OpenSockets {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  return {
    get size() {
      return sockets.size;
    },
    add(socket) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        // What else hears of this end writes it down first.
        if (sockets.size === 0) setImmediate(() => waiting.forEach((resolve) => resolve()));
      });
    },
    async settled() {
      // One that was opened last may not be known yet.
      await new Promise((resolve) => setImmediate(resolve));
      if (sockets.size === 0) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, LONGEST_MS);
        waiting.add(done);
      });
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
