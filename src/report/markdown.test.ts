import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aliveText, readMarkdown } from "../../test/markdown-page.ts";
import { keyringCall, observation, request, runResult, step, unresolvedResult } from "../../test/report-fixture.ts";
import { plainStep } from "../../test/scenario-fixture.ts";
import { extractScenario } from "../scenario/markdown.ts";
import { GITHUB_LIMIT } from "./limits.ts";
import { toMarkdown } from "./markdown.ts";
import { visibleLines } from "./markdown-text.ts";
import type { RunResult } from "./model.ts";

test("one run: the answer, the evidence, and what is needed to repeat it", () => {
  expect(toMarkdown([runResult({ verboseLog: "DEBUG uv 0.9.5\n" })])).toMatchInlineSnapshot(`
    "# A venv's own keyring shadows the one that has the plugin

    **Reproduced** with uv \`0.9.5\`.

    uv runs the first keyring on PATH.

    Issue: [\`astral-sh/uv#16402\`](https://github.com/astral-sh/uv/issues/16402)

    Why: Step 2: \`GET /acme/_packaging/main/pypi/simple/transitive/\` went out as \`VssSessionToken\` with an empty password and got 401; the good credentials (\`private.VssSessionToken\`) were not sent in this step; the keyring in the virtual environment was asked and raised \`NoKeyringError\`.

    \`\`\`mermaid
    sequenceDiagram
    actor you
    participant uv as uv 0.9.5
    participant p0 as private
    participant p1 as keyring (venv)
    you->>uv: uv sync --no-cache --upgrade
    uv->>p0: GET /acme/_packaging/main/pypi/simple/transitive/ (user-only: VssSessionToken)
    p0-->>uv: 401
    uv->>p1: get https://feeds.example.com/acme…/simple/transitive/ VssSessionToken
    p1-->>uv: raised NoKeyringError
    uv-->>you: exit 2
    \`\`\`

    ## Repeat it

    Save the scenario below as \`keyring-shadowing.toml\` (or this whole text as \`issue.md\`) and run it with uv-mre:

    \`\`\`sh
    npx uv-mre run keyring-shadowing.toml --uv 0.9.5
    \`\`\`

    \`\`\`toml
    schema = 1
    title = "A venv's own keyring"

    [files]
    "pyproject.toml" = '''
    [project]
    '''
    \`\`\`

    <details>
    <summary>What was expected and what happened</summary>

    ## What was expected

    - Step 1, \`uv sync\`: the command exits with 0
    - Step 2, \`uv sync --no-cache --upgrade\`:
      - the command exits with 0
      - every final request to \`private\` is answered 200, and there is at least one

    ## What happened

    With uv \`0.9.5\`, the bug as the scenario describes it:

    - Step 2, \`uv sync --no-cache --upgrade\`:
      - the command fails (exits with anything but 0)
      - at least one keyring call comes from the venv's keyring and raises \`NoKeyringError\`
      - at least one final request to \`private\` is answered 401 or 403

    Exit statuses of uv \`0.9.5\`: step 1: 0, step 2: 2.

    </details>

    <details>
    <summary>Evidence: uv 0.9.5, reproduced</summary>

    \`\`\`console
    $ uv sync
    --- stderr
    Resolved 2 packages
    --- exit 0 after 120 ms
    \`\`\`

    \`\`\`console
    # the project's virtual environment is active
    $ uv sync --no-cache --upgrade
    --- stderr
    error: Failed to fetch
      cause: 401 Unauthorized
    --- exit 2 after 640 ms
    \`\`\`

    ### Requests and keyring calls

    Bold: a final answer, the last to its method and URL in the step, redirects aside.

    Step 1, \`uv sync\`: 2 requests and 1 keyring call

    | time | what | URL or arguments | answer | index | credentials | user | HTTP |
    |---|---|---|---|---|---|---|---|
    | +4 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | 401 | \`private\` | user-only | \`VssSessionToken\` | \`2.0\` |
    | +8 ms | keyring (tool) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`exit 0\` |  |  |  |  |
    | +330 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **200** | \`private\` | good (\`private.VssSessionToken\`) | \`VssSessionToken\` | \`2.0\` |

    Step 2, \`uv sync --no-cache --upgrade\`: 1 request and 1 keyring call

    | time | what | URL or arguments | answer | index | credentials | user | HTTP |
    |---|---|---|---|---|---|---|---|
    | +12 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **401** | \`private\` | user-only | \`VssSessionToken\` | \`2.0\` |
    | +15 ms | keyring (venv) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`raised NoKeyringError\` |  |  |  |  |

    </details>

    <details>
    <summary>Environment</summary>

    |  |  |
    |---|---|
    | Platform | \`Linux 6.8.0 x86_64\` |
    | uv | \`0.9.5\` |
    | Python | \`3.11.7\` |
    | Node | \`v24.21.0\` |
    | uv-mre | \`0.1.0\` |
    | Sandbox | \`none\` |
    | Index \`private\` | embedded backend, answers as \`azure-devops\` |

    What uv-mre itself set in the environment of every step (2 variables):

    | variable | value | why |
    |---|---|---|
    | \`HTTPS_PROXY\` | \`http://127.0.0.1:40001\` | answers for the scenario's hosts |
    | \`SSL_CERT_FILE\` | \`$WORK/ca.pem\` | trusts the scenario's certificates |

    </details>

    <details>
    <summary>Files of the project (1)</summary>

    \`pyproject.toml\`:

    \`\`\`toml
    [project]
    name = "app"
    \`\`\`

    </details>

    <details>
    <summary>Verbose log of uv 0.9.5, from a run of its own with -v</summary>

    \`\`\`console
    DEBUG uv 0.9.5
    \`\`\`

    </details>
    "
  `);
});

test("several releases: a table, reasons, and the evidence of one release of each verdict", () => {
  const report = toMarkdown([
    runResult({ uv: "0.9.18" }),
    runResult(),
    unresolvedResult({ uv: "0.10.0" }),
    runResult({ uv: "0.13.9", verdict: "healthy", claim: "contradicted" }),
    runResult({ uv: "0.5.0", verdict: "unsupported", observation: observation() }),
  ]);
  expect(head(report, "## Evidence")).toMatchInlineSnapshot(`
    "# A venv's own keyring shadows the one that has the plugin

    **Reproduced** with uv \`0.9.5\`, \`0.9.18\`; **healthy** with uv \`0.13.9\`; **unresolved** with uv \`0.10.0\`; **unsupported** with uv \`0.5.0\`. 1 of 5 runs contradicts a claim of the scenario.

    uv runs the first keyring on PATH.

    Issue: [\`astral-sh/uv#16402\`](https://github.com/astral-sh/uv/issues/16402)

    | uv | verdict | claim | time |
    |---|---|---|---|
    | \`0.5.0\` | unsupported | held | 2.3 s |
    | \`0.9.5\` | reproduced | held | 2.3 s |
    | \`0.9.18\` | reproduced | held | 2.3 s |
    | \`0.10.0\` | unresolved |  | 2.3 s |
    | \`0.13.9\` | healthy | **contradicted** (claimed: reproduced) | 2.3 s |

    Why: Step 2: \`GET /acme/_packaging/main/pypi/simple/transitive/\` went out as \`VssSessionToken\` with an empty password and got 401; the good credentials (\`private.VssSessionToken\`) were not sent in this step; the keyring in the virtual environment was asked and raised \`NoKeyringError\`.

    Why there is no verdict:

    | uv | kind | condition | wanted | seen |
    |---|---|---|---|---|
    | \`0.10.0\` | condition | \`step[1].healthy.exit\` | exit 0 | exit 2 |

    \`\`\`mermaid
    sequenceDiagram
    actor you
    participant uv as uv 0.13.9
    participant p0 as private
    participant p1 as keyring (venv)
    you->>uv: uv sync --no-cache --upgrade
    uv->>p0: GET /acme/_packaging/main/pypi/simple/transitive/ (user-only: VssSessionToken)
    p0-->>uv: 401
    uv->>p1: get https://feeds.example.com/acme…/simple/transitive/ VssSessionToken
    p1-->>uv: raised NoKeyringError
    uv-->>you: exit 2
    \`\`\`

    ## Repeat it

    Save the scenario below as \`keyring-shadowing.toml\` (or this whole text as \`issue.md\`) and run it with uv-mre:

    \`\`\`sh
    npx uv-mre run keyring-shadowing.toml --uv 0.5.0 --uv 0.9.5 --uv 0.9.18 --uv 0.10.0 --uv 0.13.9
    \`\`\`

    <details>
    <summary>The scenario (7 lines)</summary>

    \`\`\`toml
    schema = 1
    title = "A venv's own keyring"

    [files]
    "pyproject.toml" = '''
    [project]
    '''
    \`\`\`

    </details>

    <details>
    <summary>What was expected and what happened</summary>

    ## What was expected

    - Step 1, \`uv sync\`: the command exits with 0
    - Step 2, \`uv sync --no-cache --upgrade\`:
      - the command exits with 0
      - every final request to \`private\` is answered 200, and there is at least one

    ## What happened

    With uv \`0.9.5\`, \`0.9.18\`, the bug as the scenario describes it:

    - Step 2, \`uv sync --no-cache --upgrade\`:
      - the command fails (exits with anything but 0)
      - at least one keyring call comes from the venv's keyring and raises \`NoKeyringError\`
      - at least one final request to \`private\` is answered 401 or 403

    Exit statuses of uv \`0.9.18\`: step 1: 0, step 2: 2.

    With uv \`0.13.9\`: all that was expected.

    With uv \`0.10.0\`: neither the bug nor a healthy run could be established; the reasons are below.

    </details>

    <details>
    <summary>Evidence: uv 0.13.9, healthy</summary>

    \`\`\`console
    $ uv sync
    --- stderr
    Resolved 2 packages
    --- exit 0 after 120 ms
    \`\`\`

    \`\`\`console
    # the project's virtual environment is active
    $ uv sync --no-cache --upgrade
    --- stderr
    error: Failed to fetch
      cause: 401 Unauthorized
    --- exit 2 after 640 ms
    \`\`\`

    ### Requests and keyring calls

    Bold: a final answer, the last to its method and URL in the step, redirects aside.

    Step 1, \`uv sync\`: 2 requests and 1 keyring call

    | time | what | URL or arguments | answer | index | credentials | user | HTTP |
    |---|---|---|---|---|---|---|---|
    | +4 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | 401 | \`private\` | user-only | \`VssSessionToken\` | \`2.0\` |
    | +8 ms | keyring (tool) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`exit 0\` |  |  |  |  |
    | +330 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **200** | \`private\` | good (\`private.VssSessionToken\`) | \`VssSessionToken\` | \`2.0\` |

    Step 2, \`uv sync --no-cache --upgrade\`: 1 request and 1 keyring call

    | time | what | URL or arguments | answer | index | credentials | user | HTTP |
    |---|---|---|---|---|---|---|---|
    | +12 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **401** | \`private\` | user-only | \`VssSessionToken\` | \`2.0\` |
    | +15 ms | keyring (venv) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`raised NoKeyringError\` |  |  |  |  |

    </details>

    <details>
    <summary>Evidence: uv 0.9.18, reproduced</summary>

    \`\`\`console
    $ uv sync
    --- stderr
    Resolved 2 packages
    --- exit 0 after 120 ms
    \`\`\`

    \`\`\`console
    # the project's virtual environment is active
    $ uv sync --no-cache --upgrade
    --- stderr
    error: Failed to fetch
      cause: 401 Unauthorized
    --- exit 2 after 640 ms
    \`\`\`

    ### Requests and keyring calls

    Bold: a final answer, the last to its method and URL in the step, redirects aside.

    Step 1, \`uv sync\`: 2 requests and 1 keyring call

    | time | what | URL or arguments | answer | index | credentials | user | HTTP |
    |---|---|---|---|---|---|---|---|
    | +4 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | 401 | \`private\` | user-only | \`VssSessionToken\` | \`2.0\` |
    | +8 ms | keyring (tool) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`exit 0\` |  |  |  |  |
    | +330 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **200** | \`private\` | good (\`private.VssSessionToken\`) | \`VssSessionToken\` | \`2.0\` |

    Step 2, \`uv sync --no-cache --upgrade\`: 1 request and 1 keyring call

    | time | what | URL or arguments | answer | index | credentials | user | HTTP |
    |---|---|---|---|---|---|---|---|
    | +12 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **401** | \`private\` | user-only | \`VssSessionToken\` | \`2.0\` |
    | +15 ms | keyring (venv) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`raised NoKeyringError\` |  |  |  |  |

    </details>

    <details>
    <summary>Evidence: uv 0.10.0, unresolved</summary>

    \`\`\`console
    $ uv sync
    --- stderr
    Resolved 2 packages
    --- exit 0 after 120 ms
    \`\`\`

    \`\`\`console
    # the project's virtual environment is active
    $ uv sync --no-cache --upgrade
    --- stderr
    error: Failed to fetch
      cause: 401 Unauthorized
    --- exit 2 after 640 ms
    \`\`\`

    ### Requests and keyring calls

    Bold: a final answer, the last to its method and URL in the step, redirects aside.

    Step 1, \`uv sync\`: 2 requests and 1 keyring call

    | time | what | URL or arguments | answer | index | credentials | user | HTTP |
    |---|---|---|---|---|---|---|---|
    | +4 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | 401 | \`private\` | user-only | \`VssSessionToken\` | \`2.0\` |
    | +8 ms | keyring (tool) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`exit 0\` |  |  |  |  |
    | +330 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **200** | \`private\` | good (\`private.VssSessionToken\`) | \`VssSessionToken\` | \`2.0\` |

    Step 2, \`uv sync --no-cache --upgrade\`: 1 request and 1 keyring call

    | time | what | URL or arguments | answer | index | credentials | user | HTTP |
    |---|---|---|---|---|---|---|---|
    | +12 ms | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **401** | \`private\` | user-only | \`VssSessionToken\` | \`2.0\` |
    | +15 ms | keyring (venv) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`raised NoKeyringError\` |  |  |  |  |

    </details>

    The evidence of 1 more run is left out; the command that repeats it shows it with \`--verbose\`.

    <details>
    <summary>Environment</summary>

    |  |  |
    |---|---|
    | Platform | \`Linux 6.8.0 x86_64\` |
    | uv | \`0.5.0\`, \`0.9.5\`, \`0.9.18\`, \`0.10.0\`, \`0.13.9\` |
    | Python | \`3.11.7\` |
    | Node | \`v24.21.0\` |
    | uv-mre | \`0.1.0\` |
    | Sandbox | \`none\` |
    | Index \`private\` | embedded backend, answers as \`azure-devops\` |

    What uv-mre itself set in the environment of every step (2 variables):

    | variable | value | why |
    |---|---|---|
    | \`HTTPS_PROXY\` | \`http://127.0.0.1:40001\` | answers for the scenario's hosts |
    | \`SSL_CERT_FILE\` | \`$WORK/ca.pem\` | trusts the scenario's certificates |

    </details>

    <details>
    <summary>Files of the project (1)</summary>

    \`pyproject.toml\`:

    \`\`\`toml
    [project]
    name = "app"
    \`\`\`

    </details>"
  `);
  expect(report.match(/.*Evidence.*/gu)).toMatchInlineSnapshot(`
    [
      "<summary>Evidence: uv 0.13.9, healthy</summary>",
      "<summary>Evidence: uv 0.9.18, reproduced</summary>",
      "<summary>Evidence: uv 0.10.0, unresolved</summary>",
    ]
  `);
});

test("many releases are put into ranges", () => {
  const runs = Array.from({ length: 20 }, (_, patch) => runResult({ uv: `0.9.${patch}`, verdict: patch < 8 ? "healthy" : "reproduced" }));
  expect(between(toMarkdown(runs), "| uv |", "```mermaid")).toMatchInlineSnapshot(`
    "
    | uv | verdict | claim | time |
    |---|---|---|---|
    | \`0.9.0 – 0.9.7 (8 releases run)\` | healthy | held | 18.5 s |
    | \`0.9.8 – 0.9.19 (12 releases run)\` | reproduced | held | 27.7 s |

    Why: Step 2: \`GET /acme/_packaging/main/pypi/simple/transitive/\` went out as \`VssSessionToken\` with an empty password and got 401; the good credentials (\`private.VssSessionToken\`) were not sent in this step; the keyring in the virtual environment was asked and raised \`NoKeyringError\`.

    "
  `);
  expect(toMarkdown(runs)).toContain("npx uv-mre run keyring-shadowing.toml --uv 0.9.0");
});

test("several scenarios: an overview, then a section each", () => {
  const report = toMarkdown([runResult(), unresolvedResult({ scenario: "b.toml", title: "Another" })]);
  expect(head(report, "## A venv")).toMatchInlineSnapshot(`
    "# uv-mre: 2 scenarios

    2 runs: 1 reproduced, 1 unresolved; 1 claim held, 0 contradicted

    | scenario | runs |
    |---|---|
    | \`scenarios/keyring-shadowing.toml\` | 1 run: 1 reproduced; 1 claim held, 0 contradicted |
    | \`b.toml\` | 1 run: 1 unresolved |

    <details>
    <summary>scenarios/keyring-shadowing.toml: 1 run: 1 reproduced; 1 claim held, 0 contradicted</summary>
    "
  `);
  expect(report).toContain("\n## Another\n");
});

test("a leak is a finding near the top", () => {
  const leaks = [{ step: 0, where: "stderr", secret: "private.VssSessionToken", form: "plain" as const }];
  const report = toMarkdown([runResult({ observation: observation({ leaks, steps: [step()] }) })]);
  expect(between(report, "**Finding", "```mermaid")).toMatchInlineSnapshot(`
    "
    **Finding: uv wrote a secret in the clear.** Each run makes its secrets anew; this report shows their names instead.

    | uv | step | where | secret | form |
    |---|---|---|---|---|
    | \`0.9.5\` | 1 | \`stderr\` | \`private.VssSessionToken\` | plain |

    Why: Step 1: the secret \`private.VssSessionToken\` was written in the clear to \`stderr\`.

    "
  `);
});

test("what surrounds a step is said; long output and long time lines are folded and cut with counts", () => {
  const surrounded = plainStep({
    env: { UV_X: "1" },
    cwd: "sub",
    venv: "active",
    delete: [".venv"],
    write: { "a.txt": "x" },
    stdin: "abc",
    tls: "none",
  });
  const run = runResult({
    definition: { ...runResult().definition, steps: [surrounded] },
    observation: observation({
      steps: [
        step({
          stderr: "",
          stdout: `${Array.from({ length: 60 }, (_, n) => `line ${n}`).join("\n")}\n`,
          exit: null,
          signal: "SIGKILL",
          timedOut: true,
        }),
      ],
      requests: [
        ...Array.from({ length: 300 }, (_, n) => request({ url: `https://a.example.com/simple/p${n}/`, at: n })),
        ...Array.from({ length: 9 }, (_, n) => request({ status: 503, final: n === 8, at: 400 + n })),
      ],
      keyring: [keyringCall({ at: 500, finished: false, exit: null })],
    }),
  });
  const report = toMarkdown([run]);
  expect(between(report, "<summary>Evidence", "line 1\n")).toMatchInlineSnapshot(`
    "
    <summary>Evidence: uv 0.9.5, reproduced</summary>

    <details>
    <summary>Step 1 of 1: uv sync (killed by SIGKILL after 120 ms (timed out), 70 lines)</summary>

    \`\`\`console
    # the project's virtual environment is active
    # in the folder sub
    # with UV_X=1
    # after writing a.txt
    # after removing .venv
    # with 3 characters on stdin
    # without trust in the index's certificate
    $ uv sync
    --- stdout
    line 0
    "
  `);
  expect(between(report, "The last lines", "### Requests")).toBe(
    `\nThe last lines of step 1 of 1:\n\n\`\`\`console\n${Array.from({ length: 10 }, (_, n) => `line ${50 + n}`).join("\n")}\n\`\`\`\n\n`,
  );
  expect(report.match(/.*(left out|9 ×|unfinished).*/gu)).toMatchInlineSnapshot(`
    [
      "Note over uv: 295 more left out",
      "p1--xuv: unfinished",
      "| … | 102 left out | 102 × \`GET 200 good\` |  |  |  |  |  |",
      "| +400 … +408 ms (9 ×) | \`GET\` | \`https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/\` | **503** | \`private\` | good (\`private.VssSessionToken\`) | \`VssSessionToken\` | \`2.0\` |",
      "| +500 ms | keyring (tool) | \`get https://feeds.example.com/acme/_packaging/main/pypi/simple/transitive/ VssSessionToken\` | \`unfinished\` |  |  |  |  |",
    ]
  `);
});

test("the command that repeats it has the flags that the runs depended on, quoted, and the index says what served it", () => {
  const { definition } = runResult();
  const served = { ...definition, indexes: definition.indexes.map((index) => ({ ...index, backend: "pypiserver" as const })) };
  const flags = ["--backend", "pypiserver", "--break", "index-down", "--python", "/opt/my python/bin/python3", "--no-proxy"];
  for (const runs of [[runResult({ definition: served })], [runResult({ definition: served }), runResult({ scenario: "b.toml" })]]) {
    const report = toMarkdown(runs, { flags });
    for (const name of new Set(runs.map(({ scenario }) => scenario.split("/").at(-1)))) {
      expect(report).toContain(
        `npx uv-mre run ${name} --uv 0.9.5 --backend pypiserver --break index-down --python '/opt/my python/bin/python3' --no-proxy\n`,
      );
    }
    expect(report).toContain("| Index `private` | `pypiserver`, a real server |");
  }
  expect(toMarkdown([runResult()])).toContain("| Index `private` | embedded backend, answers as `azure-devops` |");
});

test("what stays open fits on a screen, however much was run and written", () => {
  const long = "schema = 1\n".repeat(50);
  const many = Array.from({ length: 200 }, (_, n) => runResult({ uv: `0.9.${n}`, verdict: n % 3 === 0 ? "healthy" : "reproduced" }));
  const busy = observation({
    steps: [step()],
    requests: Array.from({ length: 90 }, (_, n) => request({ url: `https://a.example.com/simple/p${n}/`, status: 403, at: n })),
  });
  const reasons = Array.from({ length: 80 }, (_, n) => ({ ...unresolvedResult().reasons[0]!, seen: `exit ${n}` }));
  const leaks = Array.from({ length: 80 }, (_, n) => ({ step: 0, where: `f${n}`, secret: "private.me", form: "plain" as const }));
  for (const runs of [
    [runResult()],
    [runResult({ scenarioText: long, observation: { ...busy, leaks } })],
    many,
    [unresolvedResult({ reasons, scenarioText: long }), ...many],
    Array.from({ length: 90 }, (_, n) => runResult({ scenario: `s${n}.toml` })),
  ]) {
    expect(visibleLines(toMarkdown(runs))).toBeLessThanOrEqual(60);
  }
  expect(toMarkdown([runResult({ scenarioText: long })])).toContain("<summary>The scenario (50 lines)</summary>");
});

test("an attachment is folded in", () => {
  const report = toMarkdown([runResult()], {
    attachments: [{ scenario: runResult().scenario, summary: "Script", language: "sh", text: "echo" }],
  });
  expect(report.slice(report.indexOf("<summary>Script"))).toBe("<summary>Script</summary>\n\n```sh\necho\n```\n\n</details>\n");
  const cutAt = (lines: number): string => {
    const text = Array.from({ length: lines }, (_, at) => `echo ${at + 10_000}\n`).join("");
    const long = toMarkdown([runResult()], {
      attachments: [{ scenario: runResult().scenario, summary: "Script", cutSummary: "Its beginning", language: "sh", text }],
    });
    return long.slice(long.indexOf("<summary>", long.lastIndexOf("<details>"))).replace(/(?:echo \d+\n)+/, "…\n");
  };
  // What a machine is to run is there whole, or the reader is told.
  expect(cutAt(3_000)).toBe("<summary>Script</summary>\n\n```sh\n…\n```\n\n</details>\n");
  expect(cutAt(6_000)).toBe(
    "<summary>Its beginning</summary>\n\n```sh\n…\n```\n\nThe rest is left out to keep the report short.\n\n</details>\n",
  );
});

describe("hostile content", () => {
  const text = fc
    .array(
      fc.oneof(
        fc.constantFrom("`", "```", "\n```\n", "~~~\n", "\n", "\r", "|", "\\", "<!--", "</details>", "@octocat", "\n# heading", " "),
        fc.string({ maxLength: 8 }),
      ),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join(""));

  test("keeps every fence balanced and nothing alive outside code", () => {
    const calm = readMarkdown(toMarkdown([hostileRun("x")])).fences.length;
    fc.assert(
      fc.property(text, (hostile) => {
        const report = toMarkdown([hostileRun(`x${hostile}`)]);
        const page = readMarkdown(report);
        expect(page.closed).toBe(true);
        expect(page.fences).toHaveLength(calm);
        const alive = page.lines.map((line) => aliveText(line.replaceAll(/&#\d+;/gu, ""))).join("\n");
        expect(alive).not.toMatch(/@|<!--|#\d/u);
        expect(alive.match(/<\/?(\w+)/gu)?.filter((tag) => !/^<\/?(details|summary|code)$/u.test(tag)) ?? []).toEqual([]);
        expect(alive.split("<details>").length).toBe(alive.split("</details>").length);
        expect(alive.match(/^# .*$/gmu)).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });

  test("the scenario can be read back from the report", () => {
    const scenarioText = "schema = 1\ntitle = \"x\"\n\n[files]\n\"README.md\" = '''\n```toml\nschema = 1\n```\n````\n'''\n";
    const files = { "other.toml": "schema = 1\n" };
    const report = toMarkdown([runResult({ scenarioText, filledFiles: files })]);
    expect(extractScenario(report)?.text.trimEnd()).toBe(scenarioText.trimEnd());
  });
});

describe("GitHub's limit", () => {
  const lines = (count: number, word: string): string =>
    Array.from({ length: count }, (_, n) => `${word} ${n} ${"x".repeat(60)}`).join("\n");

  test("logs are cut first, and as much of them is kept as fits", () => {
    const report = toMarkdown([runResult({ verboseLog: lines(5_000, "DEBUG") })]);
    expect(report.length).toBeLessThanOrEqual(GITHUB_LIMIT);
    expect(report.length).toBeGreaterThan(GITHUB_LIMIT - 1_000);
    expect(report).toContain("DEBUG 4999");
    expect(report.match(/.*cut here.*/gu)).toMatchInlineSnapshot(`
      [
        "[... 4144 lines (297656 characters) cut here to keep the report short ...]",
      ]
    `);
    expect(report).toContain(runResult().scenarioText);
  });

  test.each([
    [
      "huge output and logs",
      [runResult({ verboseLog: lines(2_000, "DEBUG"), observation: observation({ steps: [step({ stderr: lines(3_000, "warning") })] }) })],
      ["## Repeat it", "warning 2999", "DEBUG 1999", "cut here"],
    ],
    [
      "one huge line",
      [runResult({ observation: observation({ steps: [step({ stderr: "x".repeat(200_000) })] }) })],
      ["## Repeat it", "xxxx[... 195000 characters cut here ...]xxxx"],
    ],
    [
      "a huge scenario",
      [runResult({ scenarioText: lines(3_000, "#") })],
      ["## What happened", `The scenario (${lines(3_000, "#").length} characters) is left out`, "$ uv sync"],
    ],
    [
      "300 scenarios",
      Array.from({ length: 300 }, (_, n) => runResult({ scenario: `s${n}.toml`, verboseLog: lines(100, "DEBUG") })),
      ["300 reproduced", "`s0.toml`", "\n## A venv", "scenarios are left out"],
    ],
    ["words without end", [hostileRun("`@a|".repeat(50_000))], ["**Unresolved**"]],
    [
      "600 reasons",
      [
        unresolvedResult({
          reasons: Array.from({ length: 600 }, (_, n) => ({ ...unresolvedResult().reasons[0]!, seen: `${n} ${"y".repeat(400)}` })),
        }),
      ],
      ["more rows are left out", "## Repeat it"],
    ],
  ])("%s: fits, whole fences only, and says what is missing", (_, runs, shown) => {
    const report = toMarkdown(runs);
    expect(report.length).toBeLessThanOrEqual(GITHUB_LIMIT);
    expect(readMarkdown(report).closed).toBe(true);
    expect(shown.filter((text) => !report.includes(text))).toEqual([]);
  });
});

/** The text in every field that comes from outside. */
function hostileRun(text: string): RunResult {
  const base = runResult();
  return runResult({
    scenario: text,
    title: text,
    uv: text,
    uvBinary: text,
    verdict: "unresolved",
    claim: "contradicted",
    claimed: text,
    reasons: [{ kind: "condition", condition: text, wanted: text, seen: text }],
    verboseLog: text,
    scenarioText: text,
    filledFiles: { [text]: text },
    environment: {
      added: [{ name: text, value: text, why: text }],
      python: text,
      platform: text,
      node: text,
      toolVersion: text,
      sandbox: "none",
    },
    definition: {
      ...base.definition,
      description: text,
      issue: text,
      steps: [
        plainStep({
          env: { [text]: text },
          cwd: text,
          healthy: [
            { path: text, kind: "stdout", text: { contains: [text] } },
            { path: text, kind: "final", quantifier: "any", match: { index: [text], url: [text], user: [text], httpVersion: [text] } },
          ],
        }),
      ],
    },
    observation: observation({
      steps: [step({ argv: ["uv", text], stdout: text, stderr: text })],
      requests: [
        request({ index: text, method: text, url: text, user: text, secret: text, httpVersion: text, range: text, location: text }),
      ],
      keyring: [keyringCall({ argv: [text], raised: text })],
      leaks: [{ step: 0, where: text, secret: text, form: "plain" }],
    }),
  });
}

function head(report: string, until: string): string {
  return report.slice(0, report.indexOf(`\n${until}`));
}

function between(report: string, from: string, until: string): string {
  return report.slice(report.indexOf(`\n${from}`), report.indexOf(until, report.indexOf(`\n${from}`)));
}
