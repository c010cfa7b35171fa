// How long an HTML report of 100 scenarios × 333 releases takes to open in a real Chromium, until the map's first rows and the run
// that shows the bug are painted; the other rows follow. Exits 1 where the target is missed.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { toHtml } from "../src/report/html.ts";
import { noChromium, openChromium } from "../test/chromium.ts";
import { temporaryFolder } from "../test/real-tools.ts";
import { runResult } from "../test/report-fixture.ts";
import { median } from "./measure.ts";

const [SCENARIOS, RELEASES, ROUNDS, TARGET_MS] = [100, 333, 5, 2000];

const PAINTED =
  "new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true }))";

if (noChromium === null) await measure();
else console.log(`not measured: ${noChromium}`);

async function measure(): Promise<void> {
  const template = await readFile(fileURLToPath(new URL("../dist/page/index.html", import.meta.url)), "utf8");
  const results = Array.from({ length: SCENARIOS * RELEASES }, (_, cell) => {
    const release = cell % RELEASES;
    const verdict = cell % 7 === 0 ? "healthy" : "reproduced";
    return runResult({
      scenario: `scenarios/${Math.floor(cell / RELEASES)}.toml`,
      uv: `0.${Math.floor(release / 30)}.${release % 30}`,
      verdict,
    });
  });
  const startedAt = performance.now();
  const html = toHtml({ results, searches: [] }, template);
  const written = performance.now() - startedAt;

  await using folder = await temporaryFolder();
  const file = join(folder.path, "report.html");
  await writeFile(file, html);
  const browser = await openChromium();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector("h2#run");
    // When the browser itself has painted the largest text, in milliseconds since it was asked for the page.
    times.push(await page.evaluate<number>(PAINTED));
    await page.close();
  }
  await browser.close();
  const middle = median(times);
  const met = middle < TARGET_MS;
  console.log(
    `${SCENARIOS} scenarios × ${RELEASES} releases, ${(html.length / 1e6).toFixed(1)} MB, written in ${(written / 1000).toFixed(1)} s`,
  );
  console.log(
    `opens in ${times.map((ms) => (ms / 1000).toFixed(2)).join(", ")} s, median ${(middle / 1000).toFixed(2)} s, wanted ${TARGET_MS / 1000}: ${met ? "met" : "MISSED"}`,
  );
  if (!met) process.exitCode = 1;
}
