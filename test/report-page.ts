import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { openChromium } from "./chromium.ts";
import { temporaryFolder } from "./real-tools.ts";

/** However slow the machine is, the page comes to it or the test fails. */
export const WAIT = { timeout: 60_000 };

export interface OpenOptions {
  readonly scheme?: "light" | "dark";
  /** Pixels. */
  readonly width?: number;
  /** What the address asks for, as `#run-3`. */
  readonly hash?: string;
}

/** A real browser, and the page of an HTML report in it. */
export interface ReportBrowser extends AsyncDisposable {
  readonly browser: Browser;
  /** The page as built, without data. */
  readonly template: string;
  /** Opens a report. Fails where the page logs anything, throws, asks the network or opens a dialog. */
  open(html: string, options?: OpenOptions): Promise<Page>;
}

export async function openReportBrowser(): Promise<ReportBrowser> {
  const template = await readFile(path.join(import.meta.dirname, "../dist/page/index.html"), "utf8");
  const folder = await temporaryFolder();
  const browser = await openChromium();
  let count = 0;
  return {
    browser,
    template,
    async open(html, { scheme = "light", width = 1280, hash = "" } = {}) {
      const file = path.join(folder.path, `${count++}.html`);
      await writeFile(file, html);
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
      const trouble: string[] = [];
      page.on("pageerror", (error) => trouble.push(error.message));
      page.on("console", (message) => trouble.push(message.text()));
      page.on("request", (asked) => asked.url().startsWith("file:") || asked.url().startsWith("data:") || trouble.push(asked.url()));
      page.on("dialog", (dialog) => trouble.push(`dialog ${dialog.message()}`));
      await page.goto(`${pathToFileURL(file)}${hash}`);
      await page.waitForSelector("td");
      expect(trouble).toEqual([]);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What axe finds with everything unfolded, an entry a rule. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate("for (const element of document.querySelectorAll('details')) element.open = true");
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core") });
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>("axe.run().then(({ violations }) => violations)");
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
