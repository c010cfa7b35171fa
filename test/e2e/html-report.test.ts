import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toHtml } from "../../src/report/html.ts";
import type { RunResult } from "../../src/report/model.ts";
import { noChromium, openChromium } from "../chromium.ts";
import { keyringCall, observation, request, runResult, step, unresolvedResult } from "../report-fixture.ts";
import { temporaryFolder } from "../real-tools.ts";

/** However slow the machine is, the page comes to it or the test fails. */
const WAIT = { timeout: 60_000 };

// The page as a reader sees it, in a real browser.
describe.skipIf(noChromium !== null)(`the HTML report${noChromium === null ? "" : ` (skipped: ${noChromium})`}`, () => {
  let browser: Browser;
  let template: string;
  let folder: string;
  let remove: () => PromiseLike<void>;
  const axe = createRequire(import.meta.url).resolve("axe-core");

  beforeAll(async () => {
    template = await readFile(path.join(import.meta.dirname, "../../dist/page/index.html"), "utf8");
    ({ path: folder, [Symbol.asyncDispose]: remove } = await temporaryFolder());
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await remove?.();
  });

  async function open(
    runs: readonly RunResult[],
    options: { scheme?: "light" | "dark"; width?: number; hash?: string } = {},
  ): Promise<Page> {
    const file = path.join(folder, `${runs.length}.html`);
    await writeFile(file, toHtml(runs, template));
    const page = await browser.newPage({ viewport: { width: options.width ?? 1280, height: 900 }, colorScheme: options.scheme ?? "light" });
    const trouble: string[] = [];
    page.on("pageerror", (error) => trouble.push(error.message));
    page.on("console", (message) => trouble.push(message.text()));
    page.on("request", (asked) => asked.url().startsWith("file:") || asked.url().startsWith("data:") || trouble.push(asked.url()));
    page.on("dialog", (dialog) => trouble.push(`dialog ${dialog.message()}`));
    await page.goto(`${pathToFileURL(file)}${options.hash ?? ""}`);
    await page.waitForSelector("td");
    expect(trouble).toEqual([]);
    return page;
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate("for (const element of document.querySelectorAll('details')) element.open = true");
    await page.addScriptTag({ path: axe });
    const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>("axe.run().then(({ violations }) => violations)");
    return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }

  const runs = [
    runResult(),
    runResult({
      uv: "0.9.18",
      verdict: "healthy",
      claim: "contradicted",
      observation: observation({ steps: [step(), step()], requests: [request({ step: 1 })] }),
    }),
    unresolvedResult({ uv: "0.10.0" }),
  ];

  it.each([
    ["light", 1280, ""],
    ["dark", 1280, ""],
    ["light", 390, ""],
    ["dark", 1280, "#compare-0-1"],
  ] as const)("%s, %i pixels wide, %s: axe finds nothing", async (scheme, width, hash) => {
    const page = await open(runs, { scheme, width, hash });
    expect(await violations(page)).toEqual([]);
    expect((await page.screenshot({ fullPage: true })).byteLength).toBeGreaterThan(10_000);
    // On a phone nothing but what scrolls by itself is wider than the screen.
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.close();
  });

  it("opens the run that shows the bug, with its why, its sequence and its requests", async () => {
    const page = await open(runs);
    expect(await page.locator("h2#run").innerText()).toBe("scenarios/keyring-shadowing.toml, uv 0.9.5: reproduced, claim held");
    expect(await page.locator(".why").innerText()).toContain("raised NoKeyringError");
    const opened = page.locator("details[open]").first();
    expect(await opened.locator("svg text").allTextContents()).toEqual(
      expect.arrayContaining(["keyring (venv)", "401", "raised NoKeyringError"]),
    );
    expect(await opened.locator("tbody tr").count()).toBe(2);
    await page.close();
  });

  it("is moved through by keyboard: arrows between cells, Enter opens a run", async () => {
    const page = await open(runs);
    await page.locator("td[tabindex='0']").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("h2#run").innerText(), WAIT).toContain("uv 0.9.18: healthy, claim contradicted");
    await page.close();
  });

  it("searches the transcripts, and shows two runs side by side with what differed", async () => {
    const page = await open(runs);
    await page.getByRole("searchbox").fill("unauthorized");
    await expect.poll(() => page.locator("mark").allInnerTexts(), WAIT).toEqual(["Unauthorized"]);
    await page.getByLabel("Compare with").selectOption({ label: "uv 0.9.18, healthy" });
    await expect.poll(() => page.locator("h2#compare").innerText(), WAIT).toBe("uv 0.9.5 (reproduced) and uv 0.9.18 (healthy)");
    expect(await page.locator("section").last().innerText()).toContain("step 2, uv sync --no-cache --upgrade: exit 2 became 0");
    await page.close();
  });

  it("obeys no text from outside", async () => {
    const bad = `</script><img src=x onerror="alert(1)"><script>alert(2)</script>\u202e\u001b[31m`;
    const hostile = runResult({
      scenario: bad,
      title: bad,
      uv: bad,
      scenarioText: bad,
      filledFiles: { [bad]: bad },
      observation: observation({
        steps: [step({ argv: [bad], stdout: bad, stderr: bad })],
        requests: [request({ url: `https://a.example.com/${bad}`, method: bad, user: bad, index: bad, location: bad })],
        keyring: [keyringCall({ argv: [bad], raised: bad })],
      }),
    });
    const page = await open([hostile, unresolvedResult({ scenario: bad, uv: bad })]);
    expect(await page.locator("img").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it("holds 100 scenarios with 333 releases", async () => {
    const many = Array.from({ length: 33_300 }, (_, n) =>
      runResult({
        scenario: `scenarios/${Math.floor(n / 333)}.toml`,
        uv: `0.${Math.floor((n % 333) / 30)}.${n % 30}`,
        verdict: n % 7 === 0 ? "healthy" : "reproduced",
      }),
    );
    const page = await open(many);
    expect(await page.locator("td[data-run]").count()).toBe(33_300);
    await page.locator("td[data-run]").last().click();
    await expect.poll(() => page.locator("h2#run").innerText(), WAIT).toContain("scenarios/99.toml");
    await page.close();
  });

  it("is small: the page without data is below 300 kB", () => {
    expect(Buffer.byteLength(template)).toBeLessThan(300_000);
  });
});
