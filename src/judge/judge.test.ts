import { describe, expect, test } from "vitest";
import { request as requestRecord } from "../../test/report-fixture.ts";
import { plainScenario, plainStep } from "../../test/scenario-fixture.ts";
import type {
  FileRecord,
  Judgement,
  KeyringRecord,
  LeakRecord,
  Observation,
  RequestRecord,
  StepRecord,
  Verdict,
} from "../observation/model.ts";
import type { Condition, FileMatcher, KeyringMatcher, LeakMatcher, LockMatcher, RequestMatcher, TextMatcher } from "../scenario/model.ts";
import { markFinals } from "../observation/final-answers.ts";
import { takenVerdict } from "./evidence.ts";
import { parseScenario } from "../scenario/parse.ts";
import { judge } from "./judge.ts";

const PAGE = "https://feeds.example.com/acme/simple/transitive/";

/** The statuses of one URL, in order, as uv's requests meet them. */
function answers(...statuses: number[]): RequestRecord[] {
  return statuses.map((status) => request({ status, authorization: status === 401 ? "none" : "good" }));
}

function request(part: Partial<RequestRecord>): RequestRecord {
  return requestRecord({ url: PAGE, final: false, user: null, authorization: "none", secret: null, at: 0, ...part });
}

function call(part: Partial<KeyringRecord>): KeyringRecord {
  const argv = ["get", "https://feeds.example.com/acme/simple/", "ann"];
  return { step: 0, from: "tool", argv, raised: null, exit: 0, finished: true, prefix: "$WORK/tool", at: 0, durationMs: 400, ...part };
}

function unread(url: string, indexes: readonly string[] | null, expected = false): RequestRecord {
  return request({ index: null, method: "CONNECT", url, status: 0, reason: "no HTTP", unread: { expected, indexes } });
}

function record(part: Partial<StepRecord>): StepRecord {
  return {
    argv: ["uv", "sync"],
    exit: 0,
    signal: null,
    timedOut: false,
    durationMs: 50,
    stdout: "",
    stderr: "",
    startedAt: 0,
    ...part,
  };
}

interface Seen {
  readonly steps?: readonly StepRecord[];
  readonly requests?: readonly RequestRecord[];
  readonly keyring?: readonly KeyringRecord[];
  readonly files?: readonly FileRecord[];
  readonly leaks?: readonly LeakRecord[];
  readonly trouble?: Observation["trouble"];
}

function observation(seen: Seen): Observation {
  const { steps = [record({})], keyring = [], files = [], leaks = [], trouble = [] } = seen;
  // Each step asks something, unless a test says what was asked.
  const requests = seen.requests ?? steps.map((_, step) => request({ step, index: "elsewhere", url: "https://elsewhere.example/x/" }));
  return { steps, requests: markFinals(requests), keyring, files, leaks, trouble };
}

type Bare = Condition extends infer C ? (C extends Condition ? Omit<C, "path"> : never) : never;

/** Conditions of the only step, numbered. */
function stated(side: string, conditions: readonly Bare[]): Condition[] {
  return conditions.map((condition, number): Condition => ({ ...condition, path: `step[0].${side}.${number}.${condition.kind}` }));
}

function judgeOne(reproduced: readonly Bare[], healthy: readonly Bare[], seen: Seen): Judgement {
  return judge(
    plainScenario([plainStep({ reproduced: stated("reproduced", reproduced), healthy: stated("healthy", healthy) })]),
    observation(seen),
    "0.9.5",
  );
}

/** Whether one condition holds, told by the verdict; the other side is one that never holds. */
function holds(condition: Bare, seen: Seen): boolean {
  const { verdict } = judgeOne([condition], [{ kind: "exit", exit: [99] }], seen);
  return verdict === "reproduced";
}

/** Reasons as a reader meets them. */
function told(judgement: Judgement): string {
  const reasons = judgement.reasons.map(
    ({ kind, condition, wanted, seen }) => `${kind} ${condition ?? "-"}\n  wanted: ${wanted}\n  seen: ${seen}`,
  );
  return [judgement.verdict, ...reasons].join("\n");
}

describe("which verdict", () => {
  const bug: Bare[] = [
    { kind: "exit", exit: "nonzero" },
    { kind: "final", quantifier: "any", match: { index: ["private"], status: [401, 403] } },
  ];
  const well: Bare[] = [
    { kind: "exit", exit: [0] },
    { kind: "final", quantifier: "every", match: { index: ["private"], status: [200] } },
  ];

  test("all conditions of one side hold", () => {
    expect(judgeOne(bug, well, { steps: [record({ exit: 2 })], requests: answers(401, 401) })).toEqual({
      verdict: "reproduced",
      evidence: "facts",
      reasons: [],
    });
    expect(judgeOne(bug, well, { requests: answers(401, 200) })).toEqual({ verdict: "healthy", evidence: "facts", reasons: [] });
  });

  test("a healthy run's 401s do not fulfil `final`, though they fulfil `request`", () => {
    const requests = answers(401, 401, 200);
    expect(holds({ kind: "final", quantifier: "any", match: { status: [401] } }, { requests })).toBe(false);
    expect(holds({ kind: "request", quantifier: "any", match: { status: [401] } }, { requests })).toBe(true);
  });

  test("failing for another reason is neither; every condition that fell short is told, `reproduced` first", () => {
    const judgement = judgeOne(bug, well, {
      steps: [record({ exit: 1 })],
      requests: [...answers(401, 200), request({ url: `${PAGE}a.whl`, status: 500 })],
    });
    expect(told(judgement)).toMatchInlineSnapshot(`
      "unresolved
      condition step[0].reproduced.1.final
        wanted: at least one final request to “private” is answered 401 or 403
        seen: GET https://feeds.example.com/acme/simple/transitive/ → 200, good credentials; GET https://feeds.example.com/acme/simple/transitive/a.whl → 500, no credentials
      condition step[0].healthy.0.exit
        wanted: the command exits with 0
        seen: exit status 1
      condition step[0].healthy.1.final
        wanted: every final request to “private” is answered 200, and there is at least one
        seen: GET https://feeds.example.com/acme/simple/transitive/a.whl → 500, no credentials"
    `);
  });

  test("both at once is ambiguous", () => {
    const judgement = judgeOne([{ kind: "exit", exit: "any" }], [{ kind: "exit", exit: [0] }], {});
    expect(told(judgement)).toMatchInlineSnapshot(`
      "unresolved
      ambiguous -
        wanted: the conditions of \`reproduced\` or those of \`healthy\`, not both
        seen: \`reproduced\` (the command exits with any status) and \`healthy\` (the command exits with 0) both hold, so the run can't be told apart; sharpen one side: ask for \`exit = 0\` in \`healthy\`, or for what only the bug does in \`reproduced\`"
    `);
  });

  test("a side without conditions is never reached", () => {
    expect(judgeOne([], [{ kind: "exit", exit: [1] }], {}).verdict).toBe("unresolved");
    expect(judgeOne([{ kind: "exit", exit: [1] }], [], {}).verdict).toBe("unresolved");
    expect(told(judgeOne([], [], {}))).toMatchInlineSnapshot(`
      "unresolved
      condition -
        wanted: a condition that says what is the bug, or what is healthy
        seen: none"
    `);
  });

  test("outside `supported`: unsupported, with nothing run", () => {
    const old = judge(plainScenario([plainStep({})], { supported: ">=0.6.6" }), observation({ steps: [] }), "0.6.5");
    expect(told(old)).toMatchInlineSnapshot(`
      "unsupported
      not-supported -
        wanted: a release in >=0.6.6
        seen: uv 0.6.5"
    `);
  });

  test("conditions see their own step only", () => {
    const both = [
      plainStep({ healthy: stated("healthy", [{ kind: "request", quantifier: "none", match: {} }]) }),
      plainStep({ healthy: stated("healthy", [{ kind: "request", quantifier: "any", match: {} }]) }),
    ];
    const steps = [record({}), record({})];
    expect(judge(plainScenario(both), observation({ steps, requests: [request({ step: 1 })] }), "0.9.5").verdict).toBe("healthy");
    expect(judge(plainScenario(both), observation({ steps, requests: [request({ step: 0 })] }), "0.9.5").verdict).toBe("unresolved");
  });
});

describe("what a verdict rests on", () => {
  const failed: Bare[] = [{ kind: "exit", exit: "nonzero" }];
  const well: Bare[] = [{ kind: "exit", exit: [0] }];

  test("exit statuses alone are told from facts", () => {
    expect(judgeOne(failed, well, {}).evidence).toBe("exit-status");
    expect(judgeOne(failed, well, { steps: [record({ exit: 1 })] }).evidence).toBe("exit-status");
    expect(judgeOne(failed, [...well, { kind: "final", quantifier: "any", match: { status: [200] } }], {}).evidence).toBe("facts");
    expect(judgeOne(failed, failed, {}).evidence).toBe(null);
  });

  test("a verdict that rests on exit statuses alone is taken for an answer only where the user says so", () => {
    const judgement = judgeOne(failed, well, {});
    expect([takenVerdict(judgement, {}), takenVerdict(judgement, { acceptExitStatus: true })]).toEqual(["unresolved", "healthy"]);
    expect(takenVerdict({ verdict: "reproduced", evidence: "facts" }, {})).toBe("reproduced");
  });

  test("a deciding step that asked nothing is no sign of trouble where its command never asks", () => {
    const silent = (command: string, env: Readonly<Record<string, string>> = {}): Verdict => {
      const argv = command.split(" ");
      const step = plainStep({ argv, env, reproduced: stated("reproduced", failed), healthy: stated("healthy", well) });
      return judge(plainScenario([step]), observation({ requests: [], steps: [record({ argv })] }), "0.9.5").verdict;
    };
    const never = [
      "uv venv",
      "uv v --python 3.11",
      "uv --quiet cache clean",
      "uv pip ls",
      "uv --version",
      "uvx --version",
      "uv sync --help",
      "test -e uv.lock",
    ];
    expect(never.map((command) => silent(command))).toEqual(never.map(() => "healthy"));
    const asking = [
      "uv sync",
      "uv venv --seed",
      "uv pip list --outdated",
      "uv pip install --python 3.11 venv",
      "uvx venv",
      "uv run sh --version",
      "sh -c venv",
      "python -m venv",
    ];
    expect(asking.map((command) => silent(command))).toEqual(asking.map(() => "unresolved"));
    expect([silent("uv venv", { UV_VENV_SEED: "1" }), silent("uv venv", { UV_VENV_SEED: "0" })]).toEqual(["unresolved", "healthy"]);
  });

  test("a deciding step that asked nothing is no verdict, unless a condition says that nothing shall be asked", () => {
    expect(told(judgeOne(failed, well, { requests: [] }))).toMatchInlineSnapshot(`
      "unresolved
      asked-nothing step[0].healthy
        wanted: a request or a keyring call, or a condition that there is none (\`request.none = {}\`), or on what is there instead
        seen: the step asked nothing at all"
    `);
    expect(told(judgeOne(failed, well, { requests: [unread("https://a.example/", ["private"])] }))).toContain(
      "seen: the step asked nothing that could be read: no HTTP (https://a.example/)",
    );
    expect(judgeOne(failed, well, { requests: [unread("https://a.example/", ["private"], true)] }).verdict).toBe("healthy");
    const none: Bare = { kind: "request", quantifier: "none", match: {} };
    expect(judgeOne(failed, [...well, none], { requests: [] }).verdict).toBe("healthy");
    expect(judgeOne(failed, [...well, { ...none, match: { index: ["private"] } }], { requests: [] }).verdict).toBe("healthy");
    expect(judgeOne(failed, [...well, { ...none, match: { status: [401] } }], { requests: [] }).verdict).toBe("unresolved");
    expect(judgeOne(failed, well, { requests: [], keyring: [call({})] }).verdict).toBe("healthy");
    const printed = (text: TextMatcher): Verdict =>
      judgeOne(failed, [...well, { kind: "stdout", text }], { requests: [], steps: [record({ stdout: "a" })] }).verdict;
    expect([printed({ contains: ["a"] }), printed({ matches: "a" }), printed({ lacks: ["b"] })]).toEqual([
      "healthy",
      "healthy",
      "unresolved",
    ]);
    const files = [{ step: 0, path: "a", content: "x" }];
    const written = (match: Omit<FileMatcher, "path">, quantifier: "any" | "none"): Verdict =>
      judgeOne(failed, [...well, { kind: "file", quantifier, match: { path: ["a"], ...match } }], { requests: [], files }).verdict;
    expect(written({ contains: ["x"] }, "any")).toBe("healthy");
    expect([written({ lacks: ["y"] }, "any"), written({ contains: ["y"] }, "none")]).toEqual(["unresolved", "unresolved"]);
  });

  test("a scenario that needs what no run has is unsupported, and the reason says what", () => {
    const text = (env: string, top: string): string =>
      `schema = 1\ntitle = "x"\n${top}\n[[step]]\nrun = "uv sync"\nenv = { ${env} }\nreproduced = { exit = 1 }\nhealthy = { exit = 0 }\n`;
    const wanted = (env: string, top = ""): string[] => {
      const parsed = parseScenario(text(env, top));
      if (!parsed.ok) return parsed.problems.map(({ message }) => message);
      const { verdict, reasons } = judge(parsed.scenario, observation({}), "0.9.5");
      return [verdict, ...reasons.map((reason) => reason.wanted)];
    };
    expect(wanted('UV_PREVIEW_FEATURES = "native-auth"')).toEqual(["unsupported", "the operating system's own keychain"]);
    expect(wanted("", 'needs = ["windows", "keychain"]')).toEqual(["unsupported", "Windows and the operating system's own keychain"]);
    expect(wanted("", 'needs = "linux"')[0]).toContain("must be");
  });

  test("a step without conditions may ask nothing, and so may one that decides the other side alone", () => {
    const steps = [
      plainStep({ argv: ["uv", "venv"] }),
      plainStep({ reproduced: stated("reproduced", failed), healthy: stated("healthy", well) }),
    ];
    const asked = { steps: [record({}), record({})], requests: [request({ step: 1 })] };
    expect(judge(plainScenario(steps), observation(asked), "0.9.5").verdict).toBe("healthy");
    const apart = [plainStep({ reproduced: stated("reproduced", failed) }), plainStep({ healthy: stated("healthy", well) })];
    expect(judge(plainScenario(apart), observation(asked), "0.9.5").verdict).toBe("healthy");
  });
});

describe("what is never a verdict", () => {
  const holding: Bare[] = [{ kind: "exit", exit: "any" }];

  test("trouble, each told once", () => {
    const judgement = judgeOne(holding, [], {
      steps: [record({ exit: null, signal: "SIGKILL", timedOut: true })],
      trouble: [
        { kind: "timeout", step: 0, detail: "`uv sync` was still running after 60 s and was killed" },
        { kind: "gateway", step: null, detail: "the port was taken away" },
      ],
    });
    expect(told(judgement)).toMatchInlineSnapshot(`
      "unresolved
      trouble step[0]
        wanted: a step that ends by itself in time
        seen: \`uv sync\` was still running after 60 s and was killed
      trouble -
        wanted: a gateway that answers every request
        seen: the port was taken away"
    `);
  });

  test("a signal or a time-out that nobody counted as trouble", () => {
    expect(told(judgeOne(holding, [], { steps: [record({ exit: null, signal: "SIGSEGV" })] }))).toMatchInlineSnapshot(`
      "unresolved
      trouble step[0]
        wanted: a step that ends by itself
        seen: ended by SIGSEGV"
    `);
    expect(told(judgeOne(holding, [], { steps: [record({ timedOut: true })] }))).toMatchInlineSnapshot(`
      "unresolved
      trouble step[0]
        wanted: a step that ends by itself in time
        seen: still running when its time was up"
    `);
  });

  test("a machine at its end, or a child that a signal ended, is trouble in a failed step, unless it is the point", () => {
    const failing: Bare[] = [{ kind: "exit", exit: "nonzero" }];
    const judged = (stderr: string, exit = 2, conditions = failing): string =>
      judgeOne(conditions, [{ kind: "exit", exit: [0] }], { steps: [record({ exit, stderr })] }).verdict;
    for (const stderr of [
      "error: failed to write to file `/x`: No space left on device (os error 28)\n",
      "  × Failed to download\n  ╰─▶ Too many\n      open files (os error 24)\n",
      "OSError: [Errno 12] Cannot allocate memory",
      "error: Disk quota exceeded (os error 122)",
      "OSError: [Errno 27] File too large",
      "MemoryError\n",
      "memory allocation of 4294967296 bytes failed",
      "  ╰─▶ Call to `build_wheel` failed (signal: 9 (SIGKILL))",
      "error: process ended with signal: 11 (SIGSEGV) (core dumped)",
    ]) {
      expect(judged(stderr)).toBe("unresolved");
      expect(judged(stderr, 0)).toBe("healthy");
    }
    expect(judged("error: other")).toBe("reproduced");
    const full: Bare[] = [{ kind: "stderr", text: { contains: ["no space left on  device"] } }];
    expect(judged("no space left on device (os error 28)", 2, full)).toBe("reproduced");
    for (const exit of [132, 134, 135, 136, 137, 139, 143, 153]) {
      expect(judged("", exit)).toBe("unresolved");
      expect(judged("", exit, [{ kind: "exit", exit: [exit] }])).toBe("reproduced");
    }
    expect([judged("", 129), judged("", 130), judged("", 141)]).toEqual(["reproduced", "reproduced", "reproduced"]);
    expect(told(judgeOne(failing, [], { steps: [record({ exit: 2, stderr: "error: x: No space left on device (os error 28)" })] })))
      .toMatchInlineSnapshot(`
      "unresolved
      trouble step[0]
        wanted: a machine with disk, memory, open files and processes to spare
        seen: exit status 2: error: x: No space left on device (os error 28)"
    `);
  });

  test("a command that was killed inside a shell, unless that is the point", () => {
    const seen = { steps: [record({ exit: 137 })] };
    const stating = plainStep({ exit: "any", reproduced: stated("reproduced", [{ kind: "exit", exit: "nonzero" }]) });
    expect(judge(plainScenario([stating]), observation(seen), "0.9.5").verdict).toBe("unresolved");
    expect(told(judgeOne([{ kind: "exit", exit: "nonzero" }], [{ kind: "exit", exit: [0] }], seen))).toMatchInlineSnapshot(`
      "unresolved
      trouble step[0]
        wanted: a step that ends by itself
        seen: exit status 137"
    `);
    expect(judgeOne([{ kind: "exit", exit: [137] }], [{ kind: "exit", exit: [0] }], seen).verdict).toBe("reproduced");
  });

  test("a set-up step that failed, and what came after it", () => {
    const steps = [plainStep({}), plainStep({ exit: "nonzero" }), plainStep({ healthy: stated("healthy", holding) })];
    const failed = record({ exit: 2, stderr: "Using CPython 3.11.7\n  \u001b[31m×\u001b[0m Failed to build `app`\n  ╰─▶ no backend\n" });
    expect(told(judge(plainScenario(steps), observation({ steps: [failed] }), "0.9.5"))).toMatchInlineSnapshot(`
      "unresolved
      set-up step[0].exit
        wanted: the command exits with 0
        seen: exit status 2: Failed to build \`app\`: no backend"
    `);
    expect(told(judge(plainScenario(steps), observation({ steps: [record({}), record({}), record({})] }), "0.9.5"))).toMatchInlineSnapshot(`
      "unresolved
      set-up step[1].exit
        wanted: the command fails (exits with anything but 0)
        seen: exit status 0"
    `);
    expect(judge(plainScenario(steps), observation({ steps: [record({}), record({ exit: 1 }), record({})] }), "0.9.5").verdict).toBe(
      "healthy",
    );
  });

  test("a step that is missing", () => {
    const steps = [plainStep({ healthy: stated("healthy", holding) }), plainStep({})];
    expect(told(judge(plainScenario(steps), observation({ steps: [record({})] }), "0.9.5"))).toMatchInlineSnapshot(`
      "unresolved
      set-up step[1]
        wanted: the step to be run
        seen: it was not"
    `);
  });
});

describe("what uv's argument parser does not know", () => {
  const refusing = (argv: readonly string[], stderr: string, exit = 2): Judgement =>
    judgeOne([{ kind: "exit", exit: "nonzero" }], [], { steps: [record({ argv, exit, stderr })] });
  const usage = "\n\nUsage: uv [OPTIONS] <COMMAND>\n\nFor more information, try '--help'.\n";

  test.for([
    [["uv", "auth", "login", "x"], `error: unrecognized subcommand 'auth'${usage}`, "auth"],
    [
      ["uv", "sync", "--active"],
      `error: unexpected argument '--active' found\n\n  tip: a similar argument exists: '--native-tls'\n\nUsage: uv sync --native-tls\n`,
      "--active",
    ],
    [
      ["uvx", "--zz=3"],
      `\u001b[1m\u001b[31merror:\u001b[0m unexpected argument '\u001b[33m--zz\u001b[0m' found\n\nUsage: uvx [OPTIONS]\n`,
      "--zz",
    ],
    [
      ["uv", "run", "--with", "x", "--zz", "tool"],
      "error: unexpected argument '--zz' found\n\nUsage: uv run [OPTIONS] [COMMAND]\n",
      "--zz",
    ],
    [["uv", "virtualenv", "--zz"], "error: unexpected argument '--zz' found\n\nUsage: uv venv [OPTIONS] [PATH]\n", "--zz"],
    [
      ["uv", "run", "-qp", "3", "--upgrade-group", "dev", "--zz", "python"],
      "error: unexpected argument '--zz' found\n\nUsage: uv run [OPTIONS] [COMMAND]\n",
      "--zz",
    ],
    [
      ["uv", "export", "--format", "zz"],
      "error: invalid value 'zz' for '--format <FORMAT>'\n  [possible values: requirements.txt, pylock.toml]\n\nFor more information, try '--help'.\n",
      "zz",
    ],
    [["/opt/bin/uv.exe", "sync", "-qX"], `error: unexpected argument '-X' found\r\n\r\nUsage: uv.exe sync [OPTIONS]\r\n`, "-X"],
    [
      ["uv", "venv", "--old"],
      `error: Found argument '--old' which wasn't expected, or isn't valid in this context\n\nUSAGE:\n    uv venv [OPTIONS]\n`,
      "--old",
    ],
  ] as const)("%j is unsupported", ([argv, stderr, word]) => {
    const judgement = refusing(argv, stderr);
    expect(judgement.verdict).toBe("unsupported");
    expect(judgement.reasons.map(({ kind, wanted }) => `${kind}: ${wanted}`)).toEqual([
      `unknown-argument: a release that knows \`${word}\``,
    ]);
  });

  test("of a release that a step names, it is the scenario's own fault, and of the one before like any other", () => {
    const stderr = `error: unrecognized subcommand 'auth'${usage}`;
    const of = (uv: string): Judgement =>
      judge(
        plainScenario([plainStep({ argv: ["uv", "auth"], uv })]),
        observation({ steps: [record({ argv: ["uv", "auth"], uv: "0.4.0", exit: 2, stderr })] }),
        "0.9.5",
      );
    expect([of("0.4.0").verdict, of("previous").verdict]).toEqual(["unresolved", "unsupported"]);
    expect(of("0.4.0").reasons[0]?.seen).toBe("uv 0.4.0 does not: error: unrecognized subcommand 'auth'");
  });

  test("in words", () => {
    expect(told(refusing(["uv", "auth", "login"], `error: unrecognized subcommand 'auth'${usage}`))).toMatchInlineSnapshot(`
      "unsupported
      unknown-argument step[0].run
        wanted: a release that knows \`auth\`
        seen: uv 0.9.5 does not: error: unrecognized subcommand 'auth'"
    `);
  });

  test.for([
    ["another exit status", ["uv", "auth"], `error: unrecognized subcommand 'auth'${usage}`, 1],
    ["another program", ["python3", "auth"], `error: unrecognized subcommand 'auth'${usage}`, 2],
    ["a word that the step does not hold", ["uv", "sync"], `error: unrecognized subcommand 'auth'${usage}`, 2],
    ["a line that does not begin so", ["uv", "auth"], `  error: unrecognized subcommand 'auth'${usage}`, 2],
    [
      "the parser of a program that uv runs",
      ["uv", "run", "tool", "--zz"],
      "error: unexpected argument '--zz' found\n\nUsage: tool [OPTIONS]\n",
      2,
    ],
    [
      "a word of a program that uv runs",
      ["uv", "run", "--offline", "python", "tool.py", "sync"],
      `error: unrecognized subcommand 'sync'${usage}`,
      2,
    ],
    [
      "a word of a program after options with values",
      ["uv", "run", "--with", "x", "-p", "3.12", "tool", "auth"],
      `error: unrecognized subcommand 'auth'${usage}`,
      2,
    ],
    ["a word of a tool", ["uvx", "--from", "x", "tool", "auth"], `error: unrecognized subcommand 'auth'${usage}`, 2],
    [
      "a word of a tool of uv",
      ["uv", "tool", "run", "tool", "--zz"],
      "error: unexpected argument '--zz' found\n\nUsage: uv tool run [OPTIONS]\n",
      2,
    ],
    ["a word after --", ["uv", "run", "--", "--zz"], "error: unexpected argument '--zz' found\n\nUsage: uv run [OPTIONS]\n", 2],
    ["another command's usage", ["uv", "sync", "--zz"], "error: unexpected argument '--zz' found\n\nUsage: uv pip compile [OPTIONS]\n", 2],
    ["no usage at all", ["uv", "run", "tool", "--zz"], "error: unexpected argument '--zz' found\n", 2],
  ] as const)("%s is judged as any other run", ([, argv, stderr, exit]) => {
    expect(refusing(argv, stderr, exit).verdict).toBe("reproduced");
  });
});

describe("conditions", () => {
  test("`every` over an empty selection is false", () => {
    const requests = [request({ index: "other", status: 401 })];
    expect(holds({ kind: "request", quantifier: "every", match: { index: ["private"], status: [401] } }, { requests })).toBe(false);
    expect(holds({ kind: "keyring", quantifier: "every", match: { from: ["tool"] } }, {})).toBe(false);
    expect(holds({ kind: "leak", quantifier: "every", match: { where: ["stderr"] } }, {})).toBe(false);
  });

  test("`every` selects by index, method, URL, host and range, and demands the rest", () => {
    const requests = [request({ status: 200 }), request({ method: "HEAD", status: 405 }), request({ range: "bytes=0-9", status: 206 })];
    const every = (match: RequestMatcher): boolean => holds({ kind: "request", quantifier: "every", match }, { requests });
    expect(every({ status: [200] })).toBe(false);
    expect(every({ method: ["GET"], range: false, status: [200] })).toBe(true);
    expect(every({ range: true, status: [206] })).toBe(true);
    expect(every({ host: ["feeds.example.com:443"], status: [200, 206, 405] })).toBe(false);
    expect(every({ host: ["FEEDS.example.com"], status: [200, 206, 405] })).toBe(true);
    expect(every({ authorization: ["none"] })).toBe(true);
    expect(every({ user: ["ann"] })).toBe(false);
  });

  test("a URL is told by a part of it, or by a pattern of the whole", () => {
    const url = (text: string): boolean =>
      holds({ kind: "request", quantifier: "any", match: { url: [text] } }, { requests: [request({})] });
    expect(["/simple/trans", "https://*/transitive/", "*acme*", "*"].map(url)).toEqual([true, true, true, true]);
    expect(["/simple/x", "/acme/*", "https://*/transitive", "*simple*acme*", "https://*acme/simple/*/simple/transitive/"].map(url)).toEqual(
      [false, false, false, false, false],
    );
  });

  test("an undeclared host belongs to the default index; HTTP 2 is 2.0", () => {
    const requests = [request({ index: null })];
    expect(holds({ kind: "request", quantifier: "any", match: { index: ["default"], httpVersion: ["2"] } }, { requests })).toBe(true);
    expect(holds({ kind: "request", quantifier: "any", match: { index: ["private"] } }, { requests })).toBe(false);
  });

  test("headers: all that are named must fit, and one that was not recorded proves nothing", () => {
    const headers = { "user-agent": "uv/0.9.5 {}", accept: null };
    const any = (header: Record<string, string[]>): boolean =>
      holds({ kind: "request", quantifier: "any", match: { header } }, { requests: [request({ headers })] });
    expect([any({ "user-agent": ["pip/*", "uv/*"] }), any({ "user-agent": ["uv"] })]).toEqual([true, false]);
    expect(any({ "user-agent": ["uv/*"], accept: ["*"] })).toBe(false);
    const none: Bare = { kind: "request", quantifier: "none", match: { header: { "user-agent": ["pip/*"] } } };
    expect([holds(none, { requests: [request({ headers })] }), holds(none, { requests: [request({})] })]).toEqual([true, false]);
  });

  test("counts", () => {
    const count = (min: number, max: number): boolean =>
      holds({ kind: "request", quantifier: "count", count: { min, max }, match: { status: [401] } }, { requests: answers(401, 401, 200) });
    expect([count(2, 2), count(0, 1), count(3, Number.MAX_SAFE_INTEGER), count(0, 2)]).toEqual([true, false, false, true]);
  });

  test("keyring calls: whose, for what, with which outcome", () => {
    const keyring = [
      call({}),
      call({ from: "venv", raised: "keyring.errors.NoKeyringError", exit: 1 }),
      call({ argv: ["--mode", "creds", "get", "https://x.example/"], finished: false, exit: null, durationMs: null }),
    ];
    const any = (match: KeyringMatcher): boolean => holds({ kind: "keyring", quantifier: "any", match }, { keyring });
    expect(any({ from: ["venv"], raised: ["NoKeyringError"] })).toBe(true);
    expect(any({ from: ["tool"], raised: ["NoKeyringError"] })).toBe(false);
    expect(any({ service: ["https://x.example/"], operation: ["get"], finished: false })).toBe(true);
    expect(any({ service: ["https://x.example"] })).toBe(false);
    expect(any({ service: ["https://x.example/"], user: ["ann"] })).toBe(false);
    expect(any({ service: ["https://x.example/"], raised: ["nothing"] })).toBe(false);
    expect(any({ from: ["tool"], raised: ["nothing"], user: ["ann"], exit: [0] })).toBe(true);
    expect(any({ args: ["creds"] })).toBe(true);
    expect(any({ args: ["https://*"], exit: [7] })).toBe(false);
    expect(holds({ kind: "keyring", quantifier: "every", match: { service: ["*feeds*"], finished: true } }, { keyring })).toBe(true);
  });

  test("files: there or not, with or without a text; one that was not looked at proves nothing", () => {
    const files: FileRecord[] = [
      { step: 0, path: "uv.lock", content: 'source = { registry = "https://a.example" }' },
      { step: 0, path: "gone", content: null },
    ];
    const any = (match: FileMatcher): boolean => holds({ kind: "file", quantifier: "any", match }, { files });
    expect(any({ path: ["uv.lock"], exists: true, contains: ["b.example", "a.example"], lacks: ["@"] })).toBe(true);
    expect(any({ path: ["uv.lock"], lacks: ["b", "a.example"] })).toBe(false);
    expect(any({ path: ["gone"], exists: false })).toBe(true);
    expect(any({ path: ["gone"], lacks: ["x"] })).toBe(false);
    expect(holds({ kind: "file", quantifier: "every", match: { path: ["uv.lock", "gone"], exists: true } }, { files })).toBe(false);
    expect(holds({ kind: "file", quantifier: "none", match: { path: ["gone"], contains: ["x"] } }, { files })).toBe(true);
    expect(holds({ kind: "file", quantifier: "none", match: { path: ["elsewhere"], contains: ["x"] } }, { files })).toBe(false);
  });

  test("files: of one that is there and could not be read, neither what contains nor what lacks a text holds", () => {
    const files: FileRecord[] = [{ step: 0, path: "out", content: null, unread: "is a folder" }];
    const out = (quantifier: "any" | "none" | "every", match: Omit<FileMatcher, "path">): boolean =>
      holds({ kind: "file", quantifier, match: { path: ["out"], ...match } }, { files });
    expect([out("any", { contains: ["x"] }), out("every", { lacks: ["x"] }), out("any", { exists: true, lacks: ["x"] })]).not.toContain(
      true,
    );
    expect([out("none", { contains: ["x"] }), out("none", { lacks: ["x"] })]).toEqual([false, false]);
    expect([out("any", { exists: true }), out("none", { exists: false, contains: ["x"] })]).toEqual([true, true]);
    const side: Bare[] = [{ kind: "file", quantifier: "none", match: { path: ["out"], contains: ["x"] } }];
    expect(told(judgeOne(side, [], { files }))).toContain("seen: out is a folder, which is not read");
  });

  test("files: a text that runs over two lines is found, and what lacks it does not hold", () => {
    const files: FileRecord[] = [{ step: 0, path: "uv.lock", content: 'name = "sandbox"\nversion = "1.0.0"\n' }];
    const text = 'name = "sandbox" version = "1.0.0"';
    const any = (match: Omit<FileMatcher, "path">): boolean =>
      holds({ kind: "file", quantifier: "any", match: { path: ["uv.lock"], ...match } }, { files });
    expect([any({ contains: [text] }), any({ lacks: [text] })]).toEqual([true, false]);
  });

  test("locked packages: by name, with version, source, files and dependencies; without a lock file nothing holds", () => {
    const content = `version = 1
[[package]]
name = "app"
source = { virtual = "." }
dependencies = [{ name = "sandbox" }]
[[package]]
name = "sandbox"
version = "1.0.0"
source = { registry = "https://a.example/simple" }
wheels = [{ url = "https://files.a.example/sandbox-1.0.0-py3-none-any.whl", hash = "sha256:0" }]
`;
    const locked = (quantifier: "any" | "none" | "every", match: LockMatcher, text: string | null = content): boolean =>
      holds({ kind: "lock", quantifier, match }, { files: [{ step: 0, path: "uv.lock", content: text }] });
    const sandbox = { package: ["sandbox"], version: ["1.0.0"], source: ["registry+https://a.example"], url: ["files.a.example"] };
    expect([locked("any", sandbox), locked("every", sandbox), locked("any", { ...sandbox, version: ["2"] })]).toEqual([true, true, false]);
    expect(locked("any", { package: ["app"], source: ["virtual+."], requires: ["sandbox", "other"] })).toBe(true);
    expect([locked("none", { source: ["pypi"] }), locked("none", { version: ["1.0.0"] })]).toEqual([true, false]);
    const old = content
      .replaceAll("[[package]]", "[[distribution]]")
      .replace('{ registry = "https:', '"registry+https:')
      .replace('simple" }', 'simple"');
    expect(locked("any", sandbox, old)).toBe(true);
    expect([locked("none", { package: ["other"] }, null), locked("none", { package: ["other"] }, "no = toml =")]).toEqual([false, false]);
  });

  test("leaks: by place and by the secret's name or its index", () => {
    const leaks: LeakRecord[] = [{ step: 0, where: "uv.lock", secret: "private.ann (stale)", form: "plain" }];
    const any = (match: LeakMatcher): boolean => holds({ kind: "leak", quantifier: "any", match }, { leaks });
    expect([any({ secret: ["private"] }), any({ secret: ["private.ann"] }), any({ secret: ["priv"] })]).toEqual([true, true, false]);
    expect([any({ where: ["uv.lock"] }), any({ where: ["*.lock"] }), any({ where: ["stdout"] })]).toEqual([true, true, false]);
    expect(holds({ kind: "leak", quantifier: "none", match: {} }, { leaks })).toBe(false);
  });

  test("texts: wrapped, framed and coloured ones read as one line", () => {
    const stderr = "  × No solution found\n  ╰─▶ Because a was not\n      found, \u001b[36mhint\u001b[0m: try again\n";
    const text = (matcher: TextMatcher): boolean => holds({ kind: "stderr", text: matcher }, { steps: [record({ stderr })] });
    expect(text({ contains: ["x", "Because a was\nnot found"] })).toBe(true);
    expect(text({ contains: ["Because b"] })).toBe(false);
    expect(text({ matches: "Because \\w was not found, hint: .* again$" })).toBe(true);
    expect(text({ contains: ["hint"], lacks: ["try  again"] })).toBe(false);
    expect(text({ lacks: ["panic"] })).toBe(true);
    expect(holds({ kind: "stdout", text: { contains: ["hint"] } }, { steps: [record({ stderr })] })).toBe(false);
  });

  test("what was seen, in words", () => {
    const requests = [...answers(401, 200), request({ index: null, url: "https://other.example/simple/x/", status: 0 })];
    const seen: Seen = {
      steps: [record({ exit: 1, stderr: `${"a ".repeat(300)}end` })],
      requests,
      keyring: [call({}), call({}), call({ finished: false, exit: null, from: "venv" })],
      files: [{ step: 0, path: "uv.lock", content: "version = 1" }],
      leaks: [{ step: 0, where: "stderr", secret: "private.ann", form: "base64" }],
    };
    const judgement = judgeOne(
      [
        { kind: "exit", exit: [0, 2] },
        { kind: "stderr", text: { contains: ["start"] } },
        { kind: "stderr", text: { lacks: ["end"] } },
        { kind: "stdout", text: { matches: "^x" } },
        { kind: "final", quantifier: "any", match: { index: ["private"], status: [401, 403] } },
        { kind: "request", quantifier: "none", match: { status: [0] } },
        { kind: "request", quantifier: "every", match: { status: [200], authorization: ["good"] } },
        { kind: "request", quantifier: "count", count: { min: 2, max: 2 }, match: { status: [200] } },
        { kind: "request", quantifier: "any", match: { index: ["absent"] } },
        { kind: "keyring", quantifier: "any", match: { from: ["venv"], raised: ["NoKeyringError"] } },
        { kind: "file", quantifier: "any", match: { path: ["uv.lock"], contains: ["revision"] } },
        { kind: "leak", quantifier: "none", match: {} },
      ],
      [{ kind: "keyring", quantifier: "any", match: { service: ["https://x.example/"] } }],
      seen,
    );
    expect(told(judgement)).toMatchInlineSnapshot(`
      "unresolved
      condition step[0].reproduced.0.exit
        wanted: the command exits with 0 or 2
        seen: exit status 1
      condition step[0].reproduced.1.stderr
        wanted: stderr contains “start”
        seen: … " a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a end"
      condition step[0].reproduced.2.stderr
        wanted: stderr lacks “end”
        seen: … " a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a end"
      condition step[0].reproduced.3.stdout
        wanted: stdout matches the pattern “^x”
        seen: nothing
      condition step[0].reproduced.4.final
        wanted: at least one final request to “private” is answered 401 or 403
        seen: GET https://feeds.example.com/acme/simple/transitive/ → 200, good credentials
      condition step[0].reproduced.5.request
        wanted: no request is answered not at all
        seen: GET https://other.example/simple/x/ → no answer, no credentials
      condition step[0].reproduced.6.request
        wanted: every request is answered 200 and carries good credentials, and there is at least one
        seen: GET https://feeds.example.com/acme/simple/transitive/ → 401, no credentials; GET https://other.example/simple/x/ → no answer, no credentials
      condition step[0].reproduced.7.request
        wanted: exactly 2 requests are answered 200
        seen: 1 of GET https://feeds.example.com/acme/simple/transitive/ → 401, no credentials; GET https://feeds.example.com/acme/simple/transitive/ → 200, good credentials; GET https://other.example/simple/x/ → no answer, no credentials
      condition step[0].reproduced.8.request
        wanted: there is at least one request to “absent”
        seen: no such answer; there were: GET https://feeds.example.com/acme/simple/transitive/ → 401, no credentials; GET https://feeds.example.com/acme/simple/transitive/ → 200, good credentials; GET https://other.example/simple/x/ → no answer, no credentials
      condition step[0].reproduced.9.keyring
        wanted: at least one keyring call comes from the venv's keyring and raises “NoKeyringError”
        seen: keyring get https://feeds.example.com/acme/simple/ ann (of the tool): raised nothing, exit status 0 (2 times); keyring get https://feeds.example.com/acme/simple/ ann (of the venv): did not finish
      condition step[0].reproduced.10.file
        wanted: “uv.lock” contains “revision”
        seen: uv.lock exists, without "revision", 11 characters
      condition step[0].reproduced.11.leak
        wanted: no secret is written in the clear
        seen: private.ann in stderr, base64
      condition step[0].healthy.0.keyring
        wanted: there is at least one keyring call for the service “https://x.example/”
        seen: no such keyring call; there were: keyring get https://feeds.example.com/acme/simple/ ann (of the tool): raised nothing, exit status 0 (2 times); keyring get https://feeds.example.com/acme/simple/ ann (of the venv): did not finish"
    `);
  });
});

test("where a request could not be read, nothing that says “was not asked” holds for its host", () => {
  const gap = unread("https://feeds.example.com/", ["private"]);
  const seen = (requests: readonly RequestRecord[]) => ({
    none: holds({ kind: "request", quantifier: "none", match: { index: ["private"], status: [401] } }, { requests }),
    noneOfAll: holds({ kind: "request", quantifier: "none", match: {} }, { requests }),
    any: holds({ kind: "request", quantifier: "any", match: { index: ["private"] } }, { requests }),
    every: holds({ kind: "final", quantifier: "every", match: { index: ["private"], status: [200] } }, { requests }),
    atMost: holds(
      { kind: "request", quantifier: "count", count: { min: 0, max: 1 }, match: { host: ["feeds.example.com"] } },
      { requests },
    ),
    atLeast: holds(
      { kind: "request", quantifier: "count", count: { min: 1, max: Number.MAX_SAFE_INTEGER }, match: { index: ["private"] } },
      { requests },
    ),
    otherIndex: holds({ kind: "request", quantifier: "none", match: { index: ["other"] } }, { requests }),
    otherHost: holds({ kind: "request", quantifier: "none", match: { host: ["other.example.com"] } }, { requests }),
  });
  const ok = request({ status: 200 });
  const without = { none: true, noneOfAll: false, any: true, every: true, atMost: true, atLeast: true, otherIndex: true, otherHost: true };
  expect(seen([ok])).toEqual(without);
  expect(seen([ok, gap])).toEqual({ ...without, none: false, every: false, atMost: false });
  expect(seen([ok, { ...gap, unread: { expected: true, indexes: ["private"] } }])).toEqual(without);
  expect(seen([ok, unread("", null)])).toEqual({
    ...without,
    none: false,
    every: false,
    atMost: false,
    otherIndex: false,
    otherHost: false,
  });
  expect(seen([gap])).toMatchObject({ any: false, atLeast: false, every: false, noneOfAll: false });
  const judged = judge(
    plainScenario([plainStep({ reproduced: [{ path: "p", kind: "request", quantifier: "none", match: { index: ["private"] } }] })]),
    observation({ steps: [record({})], requests: [gap] }),
    "0.9.5",
  );
  expect([judged.verdict, judged.reasons[0]?.seen]).toEqual([
    "unresolved",
    "a request to https://feeds.example.com/ that could not be read: no HTTP",
  ]);
});
