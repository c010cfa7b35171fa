import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toMarkdown } from "../../src/report/markdown.ts";
import { visibleLines } from "../../src/report/markdown-text.ts";
import { sequenceDiagram } from "../../src/report/mermaid.ts";
import type { RunResult } from "../../src/report/model.ts";
import { readKept } from "../../src/report/read-json.ts";
import { noChromium, openChromium } from "../chromium.ts";
import { readMarkdown } from "../markdown-page.ts";
import { keyringCall, observation, request, runResult, step } from "../report-fixture.ts";
import { runCommand } from "./command.ts";

/** Shipped scenarios, and why each is what it is with uv 0.9.5, as its journal proves. */
const WHY = {
  "env-credentials": "Step 2: `GET /simple/sandbox/` went out as `alice` with good credentials and got 200.",
  "https-fails-http-works-netrc":
    "Step 2: `GET /simple/sandbox/` went out as `me` with an empty password and got 401; the good credentials (`private.alice`) were not sent in this step.",
  "keyring-shadowing":
    "Step 2: `GET /acme/_packaging/main/pypi/simple/transitive/` went out as `VssSessionToken` with an empty password and got 401; the good credentials (`private.VssSessionToken`) were not sent in this step; the keyring in the virtual environment was asked and raised `NoKeyringError`.",
  "login-index-url-lock-numeric-id":
    "Step 5: `GET /api/v4/projects/42/packages/…sandbox-1.0.0-py3-none-any.whl` went out without credentials and got 401; the good credentials (`gitlab.__token__`) were not sent in this step.",
  "secret-in-lock-from-url-dependency": "Step 1: the secret `downloads.alice` was written in the clear to `uv.lock`.",
  "uv-index-user-name-alone":
    "Step 6: `GET /api/v4/groups/42/-/packages/pypi/simple/sandbox/` went out as `oauth2` with an empty password and got 401; the good credentials (`gitlab.__token__`) were not sent in this step.",
};

let shipped: readonly RunResult[];
beforeAll(async () => {
  const files = Object.keys(WHY).map((name) => `scenarios/${name}.toml`);
  const { stdout } = await runCommand(["run", ...files, "--uv", "0.9.5", "--json"]);
  ({ results: shipped } = readKept("runs.json", stdout));
});

function reportOf(name: string): { run: RunResult; markdown: string } {
  const run = shipped.find(({ scenario }) => scenario === `scenarios/${name}.toml`)!;
  return { run, markdown: toMarkdown([run]) };
}

describe.each(Object.entries(WHY))("the report of %s", (name, why) => {
  it("fits on a screen until it is unfolded, and says why", () => {
    const { markdown } = reportOf(name);
    expect(visibleLines(markdown)).toBeLessThanOrEqual(60);
    expect(markdown).toContain(`Why: ${why}\n`);
  });

  it("shortens long URLs where it is open, and has them whole behind its folds", () => {
    const { run, markdown } = reportOf(name);
    const [open = "", ...folds] = markdown.replace(run.scenarioText, "").split("<details>");
    const long = [...new Set(run.observation.requests.map(({ url }) => url).filter((url) => url.length > 100))];
    expect(long.filter((url) => open.includes(url))).toEqual([]);
    expect(long.filter((url) => !folds.join("").includes(url))).toEqual([]);
  });
});

describe.skipIf(noChromium !== null)(`a diagram as mermaid draws it${noChromium === null ? "" : ` (skipped: ${noChromium})`}`, () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openChromium();
    page = await browser.newPage();
    page.on("dialog", (dialog) => {
      throw new Error(`a diagram opened a dialog: ${dialog.message()}`);
    });
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("@mermaid-js/tiny") });
    await page.evaluate("mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' })");
  });
  afterAll(() => browser?.close());

  /** Draws it as GitHub does, and reads what stands at its heads and arrows. */
  async function draw(diagram: string): Promise<{ heads: string[]; arrows: string[] }> {
    await page.evaluate(`mermaid.render("drawn", ${JSON.stringify(diagram)}).then(({ svg }) => { document.body.innerHTML = svg; })`);
    const [heads, arrows] = await Promise.all(["text.actor", ".messageText"].map((texts) => page.locator(texts).allTextContents()));
    return { heads: [...new Set(heads)], arrows: arrows ?? [] };
  }

  it.each(Object.keys(WHY))("%s: every message is there", async (name) => {
    const { run, markdown } = reportOf(name);
    const [fence] = readMarkdown(markdown).fences.filter(({ language }) => language === "mermaid");
    const { heads, arrows } = await draw(fence?.text ?? "");
    expect(arrows).toHaveLength(fence?.text.split("\n").filter((line) => /^\w+-.*: /u.test(line)).length ?? 0);
    expect(heads).toEqual(expect.arrayContaining(["you", `uv ${run.uv}`]));
    expect(arrows[0]).toMatch(/^uv /u);
    expect(arrows.at(-1)).toMatch(/^exit \d+$/u);
  });

  it("takes nothing in a name for its own language or for markup", async () => {
    const bad = `end; you->>uv: x %% <img src=x onerror=alert(1)> "#35;" {a} [b] \`c\` $(d) actor`;
    const seen = observation({
      steps: [step({ argv: ["uv", bad] })],
      requests: [request({ index: bad, url: "https://a.example.com/end;note/<b>", user: bad, method: "GET" })],
      keyring: [keyringCall({ argv: [bad], raised: "end" })],
    });
    const { heads, arrows } = await draw(sequenceDiagram(runResult({ uv: bad, observation: seen }), 7));
    expect(await page.locator("body :is(img, script, [onerror])").count()).toBe(0);
    expect(heads.filter((text) => text.startsWith("end; you"))).toHaveLength(1);
    expect(arrows).toEqual([
      expect.stringMatching(/^uv 'end; you->>uv: x %% <img src=x onerror=alert\(1\)> "#35;"/u),
      expect.stringMatching(/^'end; you->>uv: x /u),
      "raised end",
      expect.stringMatching(/^GET \/end;note\/<b> \(good: end; you->>uv:… /u),
      "200",
      "exit 0",
    ]);
  });
});
