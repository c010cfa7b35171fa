import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, smallScenario } from "./command.ts";
import { temporaryFolder } from "../real-tools.ts";

// The action's own script with the event files that GitHub would hand it.
describe("the action", () => {
  let folder: string;
  let remove: () => PromiseLike<void>;
  beforeAll(async () => {
    ({ path: folder, [Symbol.asyncDispose]: remove } = await temporaryFolder());
  });
  afterAll(() => remove());

  async function run(body: string | null, inputs: Readonly<Record<string, string>> = {}) {
    const at = path.join(folder, String(Math.random()));
    await mkdir(at);
    const [event, output, summary] = ["event.json", "output", "summary"].map((name) => path.join(at, name));
    await writeFile(event ?? "", JSON.stringify(body === null ? { push: {} } : { issue: { body } }));
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(ROOT, "action/run.ts")], {
      encoding: "utf8",
      cwd: at,
      env: {
        ...process.env,
        GITHUB_ACTIONS: "true",
        GITHUB_EVENT_PATH: event,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        INPUT_SCENARIO: "",
        INPUT_UV: "latest",
        INPUT_BISECT: "false",
        INPUT_SANDBOX: "none",
        ...inputs,
      },
    });
    const read = (file: string | undefined): Promise<string> => readFile(file ?? "", "utf8").catch(() => "");
    return { status, stdout, stderr, output: await read(output), summary: await read(summary) };
  }

  it("runs the scenario in an issue, and says the verdict and the report", async () => {
    const scenario = await readFile(path.join(ROOT, "scenarios/env-credentials.toml"), "utf8");
    const { status, output, summary } = await run(`### Scenario\n\n\`\`\`toml\n${scenario}\`\`\`\n`);
    expect([status, output]).toEqual([0, "verdict=healthy\nfirst-changed=\n"]);
    expect(summary).toContain("**Healthy** with uv");
  });

  it("says with bisect since which release, and that releases differ", async () => {
    const scenario = smallScenario().replaceAll("0.9.5", "0.4.23").replace("schema = 1", 'schema = 1\nsupported = ">=0.4.23"');
    const inputs = { INPUT_UV: "0.4.23 latest", INPUT_BISECT: "true" };
    const { status, output } = await run(`\`\`\`toml\n${scenario}\`\`\`\n`, inputs);
    expect([status, output]).toEqual([0, "verdict=mixed\nfirst-changed=0.4.24\n"]);
  });

  it("says so where an issue holds no scenario, or there is no issue", async () => {
    for (const body of ["It does not work.", null]) {
      const { status, output, summary } = await run(body);
      expect([status, output]).toEqual([0, "verdict=none\nfirst-changed=\n"]);
      expect(summary).toContain("holds no scenario");
    }
  });

  it("takes nothing in a hostile issue for an option, an output, a command or markup", async () => {
    const lines = [
      "schema = 1",
      'title = "x"',
      "verdict=healthy",
      "::set-output name=verdict::healthy",
      "--sandbox=none $(touch /tmp/x) `id`",
      "```",
      "</details>",
    ];
    const { status, stdout, output, summary } = await run(["```toml", ...lines].join("\n"), { INPUT_UV: "latest --report=/tmp/x" });
    expect(status).toBe(2);
    expect(output).toBe("verdict=none\nfirst-changed=\n");
    const [before = "", inside = ""] = stdout.split(/::stop-commands::.*\n/u);
    expect([before, inside.includes("::set-output")]).toEqual(["", false]);
    expect(summary.split("\n").filter((line) => line.startsWith("</details>"))).toEqual([]);
  });
});
