import { setTimeout as delay } from "node:timers/promises";
import type { BoundPorts, WaitStrategy } from "testcontainers";

const POLL_MS = 25;

/**
 * Ready when `/health` answers at the address that callers will use. testcontainers' own strategy asks at the
 * host that it guesses, which is wrong where the port is bound to 127.0.0.1 only and `/.dockerenv` exists.
 */
export class HealthAnswers implements WaitStrategy {
  readonly #host: string;
  readonly #port: number;
  #timeoutMs = 60_000;
  #timeoutSet = false;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  async waitUntilReady(container: Parameters<WaitStrategy["waitUntilReady"]>[0], boundPorts: BoundPorts): Promise<void> {
    const url = `http://${this.#host}:${boundPorts.getBinding(this.#port)}/health`;
    const deadline = performance.now() + this.#timeoutMs;
    for (;;) {
      const answered = await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
        (response) => response.ok,
        () => false,
      );
      if (answered) return;
      const { State: state } = await container.inspect();
      if (!state.Running)
        throw new Error(`pypiserver ended (exit status ${state.ExitCode}) before it answered:\n${await lastWords(container)}`);
      if (performance.now() > deadline) {
        throw new Error(
          `pypiserver runs, but ${url} gave no answer within ${this.#timeoutMs / 1000} s; if this program itself runs ` +
            "in a container, TESTCONTAINERS_HOST_OVERRIDE must name the host that runs Docker",
        );
      }
      await delay(POLL_MS);
    }
  }

  withStartupTimeout(startupTimeoutMs: number): this {
    this.#timeoutMs = startupTimeoutMs;
    this.#timeoutSet = true;
    return this;
  }

  isStartupTimeoutSet(): boolean {
    return this.#timeoutSet;
  }

  getStartupTimeout(): number {
    return this.#timeoutMs;
  }
}

async function lastWords(container: Parameters<WaitStrategy["waitUntilReady"]>[0]): Promise<string> {
  const logs = await container.logs({ stdout: true, stderr: true, tail: 20 });
  return withoutHeaders(logs).trim();
}

/** The daemon writes 8 bytes before each piece of output: which stream, three zeros, how many bytes follow. */
function withoutHeaders(logs: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= logs.length;) {
    const end = at + 8 + logs.readUInt32BE(at + 4);
    pieces.push(logs.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces).toString("utf8");
}
