import { deepStrictEqual } from "node:assert";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeProcessPlace, openProcessPlace } from "../../test/process-place.ts";
import type { ProcessRequest } from "../observation/process.ts";
import { findTagged, killTagged } from "./tagged-processes.ts";
import { OUTPUT_LIMIT } from "./output.ts";
import { statOf } from "./proc.ts";
import { createRunProcess } from "./run-process.ts";

// A shell that puts a daemon beside itself: two forks, a session of its own, holding our stdout.
const DAEMON = "mkfifo up; (setsid sh -c 'echo daemon; echo > up; sleep 300' &) & read -r _ < up; rm up; echo parent";
const TREE = "setsid sleep 301 & (sleep 302 &) ; sleep 303";

let folder: string;
let tag: string;

beforeEach(async () => {
  ({ folder, tag } = await openProcessPlace());
});

afterEach(async () => {
  const left = { processes: await killTagged(tag), files: await closeProcessPlace({ folder, tag }) };
  deepStrictEqual(left, { processes: 0, files: [] });
});

function shell(script: string, changes: Partial<ProcessRequest> = {}): ProcessRequest {
  return {
    file: "/bin/sh",
    args: ["-c", script],
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", GREETING: "hello" },
    stdin: null,
    timeoutMs: 60_000,
    outputDir: folder,
    ...changes,
  };
}

describe("a process that ends by itself", () => {
  it("gives exit status and both outputs, and sees the given environment alone", async () => {
    const result = await createRunProcess({ tag })(
      shell("env | grep -Ev '^(PWD|SHLVL|_|OLDPWD|UV_MRE_CALL)=' | sort; echo oops >&2; exit 3"),
    );
    expect({ ...result, durationMs: result.durationMs > 0 }).toEqual({
      exit: 3,
      signal: null,
      timedOut: false,
      durationMs: true,
      stdout: `GREETING=hello\nPATH=/usr/bin:/bin\nUV_MRE_RUN=${tag}\n`,
      stderr: "oops\n",
      outputCut: false,
      spawnError: null,
    });
  });

  it("tells the signal that killed it", async () => {
    const result = await createRunProcess({ tag })(shell("kill -TERM $$"));
    expect(result).toMatchObject({ exit: null, signal: "SIGTERM", timedOut: false });
  });

  it("reads the given text, and the end of input otherwise", async () => {
    const run = createRunProcess({ tag });
    expect((await run(shell("cat", { stdin: "päss\nword" }))).stdout).toBe("päss\nword");
    expect((await run(shell("cat; echo end"))).stdout).toBe("end\n");
  });

  it("may leave its input unread", async () => {
    expect(await createRunProcess({ tag })(shell("true", { stdin: "x".repeat(1_000_000) }))).toMatchObject({ exit: 0 });
  });

  it("passes arguments as they are, never through a shell", async () => {
    const result = await createRunProcess({ tag })(shell("", { file: "/usr/bin/printf", args: ["%s|", "$HOME", "a b", "'", ""] }));
    expect(result.stdout).toBe("$HOME|a b|'||");
  });
});

describe("what cannot be started", () => {
  it.each([
    ["an absent file", { file: "/nowhere/uv" }],
    ["a file that is not executable", { file: "/etc/passwd" }],
    ["an absent working folder", { cwd: "/nowhere" }],
  ])("is told as data: %s", async (_, changes) => {
    const result = await createRunProcess({ tag })(shell("true", changes));
    expect(result.spawnError).toMatch(/ENOENT|EACCES|nowhere/);
    expect(result.exit).toBeNull();
  });
});

describe("nothing survives", () => {
  it("a daemon with a session of its own is gone when the call returns, and is not waited for", async () => {
    const result = await createRunProcess({ tag })(shell(DAEMON));
    expect(result.stdout).toBe("daemon\nparent\n");
    expect(result.durationMs).toBeLessThan(30_000);
    expect(await findTagged(tag)).toEqual([]);
  });

  it("one that nothing tells to be ours has ended, too, and let go of what it had", async () => {
    // It takes its time to end: its memory is given back first.
    const large = `env -i /usr/bin/python3 -c 'large = bytearray(1 << 29); open("up", "w").close(); import time; time.sleep(300)'`;
    const result = await createRunProcess({ tag })(shell(`${large} & while [ ! -e up ]; do sleep 0.01; done; rm up; echo $!`));
    expect(await statOf(Number(result.stdout))).toBeNull();
  });

  it("a timeout ends the whole tree", async () => {
    const result = await createRunProcess({ tag })(shell(`echo before; ${TREE}`, { timeoutMs: 2_000 }));
    expect(result).toMatchObject({ exit: null, signal: "SIGKILL", timedOut: true, stdout: "before\n" });
    expect(await findTagged(tag)).toEqual([]);
  });

  it("a program that ignores SIGTERM and SIGINT ends too", async () => {
    const result = await createRunProcess({ tag })(shell("trap '' TERM INT HUP; while :; do sleep 1; done", { timeoutMs: 200 }));
    expect(result).toMatchObject({ timedOut: true, signal: "SIGKILL" });
  });

  it("an abort ends the whole tree", async () => {
    const controller = new AbortController();
    const running = createRunProcess({ tag })(shell(TREE, { signal: controller.signal }));
    while ((await findTagged(tag)).length < 3) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await running).toMatchObject({ exit: null, signal: "SIGKILL", timedOut: false });
    expect(await findTagged(tag)).toEqual([]);
  });

  it("an abort that came before starts nothing", async () => {
    const result = await createRunProcess({ tag })(shell("echo started", { signal: AbortSignal.abort() }));
    expect(result).toMatchObject({ exit: null, signal: "SIGKILL", stdout: "" });
  });

  it("but a neighbour of the same run does", async () => {
    const run = createRunProcess({ tag });
    const controller = new AbortController();
    const neighbour = run(shell("echo up; sleep 304", { signal: controller.signal }));
    while ((await findTagged(tag)).length < 2) await new Promise((resolve) => setImmediate(resolve));
    await run(shell(DAEMON));
    expect((await findTagged(tag)).length).toBe(2);
    controller.abort();
    expect((await neighbour).stdout).toBe("up\n");
  });
});

describe("long output", () => {
  it("is kept at both ends, cut at line ends, with a note between", async () => {
    const line = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstu";
    const result = await createRunProcess({ tag })(shell(`echo first; yes ${line} | head -c 30000000; echo; echo last`));
    const lines = result.stdout.split("\n");
    expect(result.stdout.length).toBeLessThanOrEqual(OUTPUT_LIMIT + 100);
    expect([lines[0], lines.at(-2)]).toEqual(["first", "last"]);
    const middle = lines.slice(1, -3).filter((text) => text !== line);
    expect(middle).toHaveLength(1);
    const kept = result.stdout.length - `${middle[0]}\n`.length;
    expect(middle[0]).toBe(`[uv-mre: ${30_000_000 + "first\n\nlast\n".length - kept} bytes left out]`);
  });

  it("without a line end is left out whole: a secret might be cut in two", async () => {
    const result = await createRunProcess({ tag })(shell("head -c 30000000 /dev/zero | tr '\\0' x"));
    expect(result.stdout).toBe("[uv-mre: 30000000 bytes left out]\n");
  });
});
