import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const PATHS = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const found = PATHS.find((file) => file !== undefined && existsSync(file));

/** Why the page's tests can't run here; `null`: they can. CI must have a browser. */
export const noChromium =
  found === undefined && process.env["UV_MRE_REQUIRE_CHROMIUM"] !== "1" ? "no Chromium is installed: apt-get install chromium" : null;

/** The system's browser, asking nothing of the network. */
export async function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: found ?? "chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
