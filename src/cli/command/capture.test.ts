import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { captureCommand } from "./capture.ts";

it.each([
  ["uv", "publish"],
  ["uv", "-q", "publish"],
  ["uv", "--quiet", "cache", "clean"],
  ["uv", "--color", "never", "--directory=x", "auth", "login"],
  ["uv", "v"],
  ["uv", "tool", "update-shell"],
  ["uv", "run", "--no-sync", "uv", "-q", "publish"],
])("refuses what no copy can hold, whatever stands before it: %s %s %s", async (...argv) => {
  const options = { directory: ".", output: "captured.toml", keepNames: [], budget: 8, dryRun: true };
  await expect(captureCommand(argv, options)).rejects.toThrow("changes more than a copy can hold");
});

it("asks before it sends a credential, and refuses where there is nobody to ask", async () => {
  const options = { directory: ".", output: "captured.toml", keepNames: [], budget: 8, tryCredentials: true };
  await expect(captureCommand(["uv", "sync"], options)).rejects.toThrow(/no terminal to ask on; add --yes .* lockout/);
});

it("says at once that its file is there already, and what to do", async () => {
  await using folder = await temporaryFolder();
  const output = join(folder.path, "captured.toml");
  await writeFile(output, "");
  await expect(captureCommand(["uv", "sync"], { directory: folder.path, output, keepNames: [], budget: 8 })).rejects.toThrow(
    `${output} exists already; name another file with --output, or remove it`,
  );
});
