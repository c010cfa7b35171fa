import type { ProcessEnd, Starter, StartedElsewhere } from "../observation/process.ts";
import { bySignal, endingOf } from "./exit-of-command.ts";

/** Has the holder of a run's network start its steps. */
export interface Steps {
  /** `args` is what bwrap reads of its options, `command` the rest of its command line. */
  starter(args: readonly string[], command: readonly string[]): Starter;
  /** To be told what the holder says. */
  onAnswer(message: object): void;
  /** To be told that it has ended, and all with it. */
  onEnd(): void;
}

type Ended = ProcessEnd & { readonly spawnError?: string };

/** As `programs/sandbox/steps.py` says it; texts are in base64. */
interface Answer {
  readonly step: number;
  readonly exit?: number;
  readonly signal?: number;
  readonly said?: string;
  readonly fault?: string;
}

const KILLED: Ended = { exit: null, signal: "SIGKILL" };

export function createSteps(send: (line: string) => void): Steps {
  const running = new Map<number, (ended: Ended) => void>();
  let last = 0;
  let isOver = false;
  return {
    starter:
      (args, command) =>
      ({ stdin, stdout, stderr }): StartedElsewhere => {
        if (isOver) return { ended: Promise.resolve({ ...KILLED, spawnError: "the network of the run has ended" }), kill: () => {} };
        const step = (last += 1);
        const { promise: ended, resolve } = Promise.withResolvers<Ended>();
        running.set(step, resolve);
        send(["start", step, ...[[stdin, stdout, stderr], args, command].map(inBase64)].join(" "));
        return { ended, kill: () => send(`kill ${step}`) };
      },
    onAnswer(message) {
      const answer = message as Answer;
      running.get(answer.step)?.(endOf(answer));
      running.delete(answer.step);
    },
    onEnd() {
      isOver = true;
      for (const resolve of running.values()) resolve(KILLED);
    },
  };
}

function inBase64(words: readonly string[]): string {
  return Buffer.from(words.join("\0")).toString("base64");
}

function endOf({ exit, signal, said = "", fault }: Answer): Ended {
  if (fault !== undefined) return { exit: null, signal: null, spawnError: text(fault) };
  return endingOf(text(said), signal === undefined ? { exit: exit ?? null, signal: null } : bySignal(signal));
}

function text(base64: string): string {
  return Buffer.from(base64, "base64").toString();
}
