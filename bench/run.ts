// All parts of `npm run bench`, one after another: each prints its figures, its targets and whether they are met. A part
// that fails does not keep the others from running; `npm run bench -- map.ts` runs those that are named. Exits 1 where one missed
// a target or failed.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const PARTS = ["one-run.ts", "sandbox.ts", "pages.ts", "backends.ts", "bisect.ts", "report-page.ts", "map.ts"];

const named = process.argv.slice(2);
for (const part of named.length > 0 ? named : PARTS) {
  console.log(`\n== ${part}`);
  const { status, error } = spawnSync(process.execPath, [fileURLToPath(new URL(part, import.meta.url))], { stdio: "inherit" });
  if (error !== undefined) console.error(error.message);
  if (status !== 0) process.exitCode = 1;
}
