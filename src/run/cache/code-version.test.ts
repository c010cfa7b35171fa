import { appendFile, cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { hashOfCode } from "./code-version.ts";
import { programsFolder } from "../programs.ts";

test("a changed program in another language is another version of our code; a changed test is not", async () => {
  await using root = await temporaryFolder();
  await cp(programsFolder(), path.join(root.path, "programs"), { recursive: true });
  await mkdir(path.join(root.path, "src"));
  await writeFile(path.join(root.path, "src/judge.ts"), "export {};\n");
  const version = (): Promise<string> => hashOfCode(root.path, ["src", "programs"]);
  const versions = [await version()];
  for (const file of ["programs/probe/sitecustomize.py", "programs/keyring-plugin/keyring_backend.py", "src/judge.ts"]) {
    await appendFile(path.join(root.path, file), "\n");
    versions.push(await version());
  }
  expect(new Set(versions).size).toBe(versions.length);
  await writeFile(path.join(root.path, "src/judge.test.ts"), "export {};\n");
  expect(await version()).toBe(versions.at(-1));
});
