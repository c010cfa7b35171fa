import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toHtml } from "../../src/report/html.ts";
import { mergeKept, readKept } from "../../src/report/read-json.ts";
import type { Reported } from "../../src/report/reported.ts";
import { noChromium } from "../chromium.ts";
import { AT_NIGHT, WHOLE } from "../product/extent.ts";
import { bisectReport, exploreReport, mapReport, observation, request, runResult, step, unresolvedResult } from "../report-fixture.ts";
import { openReportBrowser, type OpenOptions, type ReportBrowser } from "../report-page.ts";
import { ROOT, runCommand } from "./command.ts";

// The pictures in docs/. `UV_MRE_PICTURES=1 npx vitest run test/e2e/pictures.test.ts` runs scenarios and makes them anew;
// otherwise what is shown is made up, and nothing is written.

const FOLDER = path.join(ROOT, "docs/pictures");
const isWritten = process.env["UV_MRE_PICTURES"] === "1";

/** `npm test` sees the same pages in the tests of the report. */
const skipped = noChromium ?? (WHOLE || isWritten ? null : AT_NIGHT);

const PICTURES: readonly (OpenOptions & { readonly name: string; readonly height: number })[] = [
  { name: "report-light", scheme: "light", width: 1100, height: 1050 },
  { name: "report-dark-two-runs", scheme: "dark", width: 1100, height: 900, hash: "#compare-0-1" },
  { name: "report-phone", scheme: "light", width: 390, height: 844 },
  { name: "report-searches", scheme: "light", width: 1100, height: 1300 },
];

describe.skipIf(skipped !== null)(`pictures of the HTML report${skipped === null ? "" : ` (skipped: ${skipped})`}`, () => {
  let browser: ReportBrowser;
  let runs: Reported;
  let searches: Reported;
  beforeAll(async () => {
    browser = await openReportBrowser();
    [runs, searches] = isWritten ? await realReports() : madeUpReports();
  }, 900_000);
  afterAll(() => browser?.[Symbol.asyncDispose]());

  it.each(PICTURES)("$name", async ({ name, height, ...options }) => {
    const page = await browser.open(toHtml(name === "report-searches" ? searches : runs, browser.template), options);
    await page.setViewportSize({ width: options.width ?? 1100, height });
    const picture = await page.screenshot();
    await page.close();
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([options.width, height]);
    expect(picture.byteLength).toBeLessThan(250_000);
    if (!isWritten) return;
    await mkdir(FOLDER, { recursive: true });
    await writeFile(path.join(FOLDER, `${name}.png`), picture);
  });
});

function madeUpReports(): [Reported, Reported] {
  const healthy = observation({ steps: [step(), step()], requests: [request({ step: 1 })] });
  const results = [runResult(), runResult({ uv: "0.9.18", verdict: "healthy", observation: healthy }), unresolvedResult({ uv: "0.10.0" })];
  return [
    { results, searches: [] },
    { results: [], searches: [bisectReport(), mapReport(), exploreReport()] },
  ];
}

async function realReports(): Promise<[Reported, Reported]> {
  const names = ["env-credentials", "keyring-shadowing", "login-two-users", "netrc-matrix", "secret-in-lock", "uv-index-user-name-alone"];
  const releases = ["0.4.23", "0.4.30", "0.5.31", "0.6.17", "0.7.22", "0.8.24", "0.9.5", "latest"];
  const kept = async (args: readonly string[]) => readKept(args[0] ?? "", (await runCommand([...args, "--json"])).stdout);
  const runs = await kept(["run", ...names.map((name) => `scenarios/${name}.toml`), ...releases.flatMap((uv) => ["--uv", uv])]);
  const searches = [
    await kept(["bisect", "scenarios/env-credentials.toml"]),
    await kept(["map", "scenarios/history/credentials-after-redirect.toml", "--uv", ">=0.6,<0.8", "--sample"]),
    await kept(["explore", "scenarios/explore-16402.toml", "--depth", "1"]),
  ];
  return [runs, mergeKept(searches)];
}
