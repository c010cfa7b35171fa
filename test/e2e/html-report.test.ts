import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toHtml } from "../../src/report/html.ts";
import type { RunResult } from "../../src/report/model.ts";
import { WHOLE } from "../product/extent.ts";
import { noChromium } from "../chromium.ts";
import {
  bisectReport,
  exploreReport,
  keyringCall,
  mapReport,
  observation,
  request,
  runResult,
  step,
  unresolvedResult,
} from "../report-fixture.ts";
import { openReportBrowser, violations, WAIT, type OpenOptions, type ReportBrowser } from "../report-page.ts";

// The page as a reader sees it, in a real browser.
describe.skipIf(noChromium !== null)(`the HTML report${noChromium === null ? "" : ` (skipped: ${noChromium})`}`, () => {
  let browser: ReportBrowser;
  beforeAll(async () => {
    browser = await openReportBrowser();
  });
  afterAll(() => browser?.[Symbol.asyncDispose]());

  const open = (runs: readonly RunResult[], options?: OpenOptions) =>
    browser.open(toHtml({ results: runs, searches: [] }, browser.template), options);

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

  const views = [
    ["light", 1280, ""],
    ["dark", 390, "#compare-0-1"],
    ["light", 390, "#steps-0-0-1"],
    ["dark", 1280, ""],
    ["light", 390, ""],
    ["dark", 1280, "#compare-0-1"],
  ] as const;

  it.each(WHOLE ? views : views.slice(0, 3))("%s, %i pixels wide, %s: axe finds nothing", async (scheme, width, hash) => {
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
    expect(await opened.locator(".moment").allTextContents()).toEqual(["+0 ms", "+12 ms", "", "+15 ms", "+315 ms", "+640 ms"]);
    await page.close();
  });

  it("shows with each request the headers that matter, and after a step the files that conditions ask for", async () => {
    const seen = observation({
      steps: [step()],
      requests: [request({ headers: { "user-agent": "uv/0.9.5", "cache-control": "no-cache", accept: null } })],
      files: [
        { step: 0, path: "uv.lock", content: "version = 1\n" },
        { step: 0, path: "out", content: null, unread: "is a folder" },
      ],
    });
    const page = await open([runResult({ observation: seen })]);
    await page.getByText("2 headers").click();
    expect(await page.locator(".headers li").allInnerTexts()).toEqual(["user-agent: uv/0.9.5", "cache-control: no-cache"]);
    await page.getByText("uv.lock after this step").click();
    expect(await page.getByText("version = 1").isVisible()).toBe(true);
    expect(await page.getByText("out after this step: is a folder").count()).toBe(1);
    await page.close();
  });

  it("shows two steps of a run side by side, as uv beside pip, with what only one of them asked", async () => {
    const seen = observation({
      steps: [step({ argv: ["uv", "pip", "install", "sandbox"] }), step({ argv: ["python", "-m", "pip", "install", "sandbox"] })],
      requests: [request(), request({ step: 1 }), request({ step: 1, status: 401, authorization: "none", secret: null, user: null })],
    });
    const page = await open([runResult({ observation: seen })]);
    await page.locator("summary", { hasText: "Step 1" }).click();
    await page.getByLabel("Compare step 1 with").selectOption({ label: "step 2: python -m pip install sandbox" });
    await expect.poll(() => page.locator("h2#compare").innerText(), WAIT).toBe("Step 1 and step 2 with uv 0.9.5");
    expect(await page.locator(".beside h3").allInnerTexts()).toEqual([
      "Step 1: uv pip install sandbox (exit 0 after 120 ms)",
      "Step 2: python -m pip install sandbox (exit 0 after 120 ms)",
    ]);
    expect(await page.locator("tr.differs td:nth-child(4)").allInnerTexts()).toEqual(["401"]);
    await page.getByRole("link", { name: "Back to the run" }).click();
    await expect.poll(() => page.locator("h2#run").innerText(), WAIT).toContain("uv 0.9.5");
    await page.close();
  });

  it("is printed unfolded, in the colours of paper and no wider than it", async () => {
    const page = await open(runs, { scheme: "dark", width: 794 });
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator("details:not([open])").count()).toBe(0);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator("details:not([open])").count()).toBeGreaterThan(0);
    await page.close();
  });

  it("is moved through by keyboard: arrows between cells, Enter opens a run", async () => {
    const page = await open(runs);
    await page.locator("td[tabindex='0']").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("h2#run").innerText(), WAIT).toContain("uv 0.9.18: healthy, claim contradicted");
    // What was chosen is read next.
    await expect.poll(() => page.evaluate("document.activeElement.id"), WAIT).toBe("run");
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
        requests: [
          request({
            url: `https://a.example.com/${bad}`,
            method: bad,
            user: bad,
            index: bad,
            location: bad,
            headers: { "user-agent": bad },
          }),
        ],
        files: [{ step: 0, path: bad, content: bad }],
        keyring: [keyringCall({ argv: [bad], raised: bad })],
      }),
    });
    const page = await open([hostile, unresolvedResult({ scenario: bad, uv: bad })]);
    expect(await page.locator("img").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  const count = WHOLE ? 100 : 10;

  it(`holds ${count} scenarios with 333 releases`, async () => {
    const many = Array.from({ length: count * 333 }, (_, n) =>
      runResult({
        scenario: `scenarios/${Math.floor(n / 333)}.toml`,
        uv: `0.${Math.floor((n % 333) / 30)}.${n % 30}`,
        verdict: n % 7 === 0 ? "healthy" : "reproduced",
      }),
    );
    const page = await open(many);
    await expect.poll(() => page.locator("td[data-run]").count(), WAIT).toBe(count * 333);
    await page.locator("td[data-run]").last().click();
    await expect.poll(() => page.locator("h2#run").innerText(), WAIT).toContain(`scenarios/${count - 1}.toml`);
    await page.close();
  });

  const openSearches = (options?: OpenOptions) =>
    browser.open(
      toHtml({ results: [runResult({ scenario: "a.toml" })], searches: [bisectReport(), mapReport(), exploreReport()] }, browser.template),
      options,
    );

  it.each(WHOLE ? (["light", "dark"] as const) : (["dark"] as const))(
    "shows searches, %s: axe finds nothing, also on a phone",
    async (scheme) => {
      const page = await openSearches({ scheme, width: 390 });
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      await page.close();
    },
  );

  it("shows the path of a bisection in the order of asking, and both sides of the change", async () => {
    const page = await openSearches();
    const section = page.locator("section", { has: page.getByRole("heading", { name: "Bisection: scenarios/keyring-shadowing.toml" }) });
    expect(await section.locator(".why").innerText()).toBe("The bug came with uv 0.9.5: last good 0.9.4, first bad 0.9.5.");
    expect(await section.locator("svg title").allTextContents()).toEqual([
      "uv 0.9.5: reproduced",
      "uv 0.9.1: healthy",
      "uv 0.9.4: healthy",
    ]);
    expect(await section.getByRole("listitem").allInnerTexts()).toEqual(expect.arrayContaining(["step 2, uv sync: exit 0 became 2"]));
    await section.getByRole("link", { name: "Both runs side by side" }).click();
    await expect.poll(() => page.locator("h2#compare").innerText(), WAIT).toBe("uv 0.9.4 (healthy) and uv 0.9.5 (reproduced)");
    await page.close();
  });

  it("shows a map as a strip with what was inferred, whose cells open runs", async () => {
    const page = await openSearches();
    const strip = page.getByRole("grid", { name: "Verdict of each release" });
    const labels = await strip.locator("td").evaluateAll((cells) => cells.map((cell) => cell.getAttribute("aria-label")));
    expect(labels).toEqual(["0.9.1: healthy", "0.9.2: healthy, not run", "0.9.4: healthy", "0.9.5: reproduced"]);
    await strip.locator("td").last().click();
    await expect.poll(() => page.locator("h2#run").innerText(), WAIT).toBe("scenarios/map.toml, uv 0.9.5: reproduced, claim held");
    await page.close();
  });

  it("shows each cause with what proves it, and the runs with and without a factor side by side", async () => {
    const page = await openSearches();
    const section = page.locator("section", { has: page.getByRole("heading", { name: "Causes: scenarios/explore.toml" }) });
    expect(await section.locator("tbody tr").allInnerTexts()).toEqual([
      expect.stringMatching(/^UV_INDEX = user name alone\s+healthy\s+yes/u),
    ]);
    await section.getByRole("link", { name: "both runs side by side" }).click();
    await expect
      .poll(() => page.locator("h2#compare").innerText(), WAIT)
      .toBe("starting point, uv 0.9.5 (healthy) and UV_INDEX = user name alone, uv 0.9.5 (reproduced)");
    // What was changed stands for no release: the map of verdicts has none of it.
    expect(await page.getByRole("grid", { name: "Verdict of each scenario" }).locator("tbody th").allInnerTexts()).toEqual([
      "keyring-shadowing.toml",
      "map.toml",
      "a.toml",
    ]);
    await page.close();
  });

  it("is small: the page without data is below 300 kB", () => {
    expect(Buffer.byteLength(browser.template)).toBeLessThan(300_000);
  });
});
