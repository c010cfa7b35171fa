// How long an HTML report of 100 scenarios × 333 releases takes to open, until its map is drawn and the first run is shown; in
// a real Chromium. Exits 1 where the target is missed.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { toHtml } from "../src/report/html.ts";
import { noChromium, openChromium } from "../test/chromium.ts";
import { temporaryFolder } from "../test/real-tools.ts";
import { runResult } from "../test/report-fixture.ts";

const [SCENARIOS, RELEASES, ROUNDS, TARGET_MS] = [100, 333, 5, 2000];

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
    const openedAt = performance.now();
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector("h2#run");
    // Two frames: what was laid out is on the screen.
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    times.push(performance.now() - openedAt);
    await page.close();
  }
  await browser.close();
  const median = times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  const met = median < TARGET_MS;
  console.log(
    `${SCENARIOS} scenarios × ${RELEASES} releases, ${(html.length / 1e6).toFixed(1)} MB, written in ${(written / 1000).toFixed(1)} s`,
  );
  console.log(
    `opens in ${times.map((ms) => (ms / 1000).toFixed(2)).join(", ")} s, median ${(median / 1000).toFixed(2)} s, wanted ${TARGET_MS / 1000}: ${met ? "met" : "MISSED"}`,
  );
  if (!met) process.exitCode = 1;
}
