import { describe, expect, it } from "vitest";
import { endingOf, notStarted } from "./exit-of-command.ts";

const ended = (exit: number): { exit: number; signal: null } => ({ exit, signal: null });

describe("how a command in the sandbox ended", () => {
  it.each([
    ["exit 0\n", 0, { exit: 0, signal: null }],
    ["exit 137\n", 137, { exit: 137, signal: null }],
    ["Killed\nexit 137\n", 137, { exit: null, signal: "SIGKILL" }],
    ['/run/uv-mre/waiter.sh: line 5:    12 Segmentation fault      (core dumped) "$@"\nexit 139\n', 139, { exit: null, signal: "SIGSEGV" }],
    ["exit 141\n", 141, { exit: null, signal: "SIGPIPE" }],
    ["", 130, { exit: null, signal: "SIGINT" }],
    ["exit 127\n", 127, { exit: 127, signal: null }],
  ])("%j with bwrap's status %i", (status, exit, wanted) => {
    expect(endingOf(status, ended(exit))).toEqual(wanted);
  });

  it("tells a command that could not be started, and a sandbox that could not be made, from one that failed", () => {
    expect(notStarted(ended(127), "/run/uv-mre/waiter.sh: 6: /nowhere: not found\n")).toBe("/nowhere: not found");
    expect(notStarted(ended(126), "a\n/run/uv-mre/waiter.sh: line 6: /x y: Permission denied\n")).toBe("/x y: Permission denied");
    expect(notStarted(ended(127), "/work/waiter.sh: 6: /nowhere: not found\n")).toBeNull();
    expect(notStarted(ended(1), "/run/uv-mre/waiter.sh: 6: /nowhere: not found\n")).toBeNull();
    expect(endingOf("", ended(1)).spawnError).toBe("the sandbox could not be made");
  });

  it("is bwrap's own end where it was killed itself", () => {
    expect(endingOf("", { exit: null, signal: "SIGKILL" })).toEqual({ exit: null, signal: "SIGKILL" });
  });
});
