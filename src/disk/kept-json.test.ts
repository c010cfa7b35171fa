import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { readKept, writeKept } from "./kept-json.ts";

test("a value comes back as it was written, and no file that is damaged in any one place does", async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, "below", "file.json");
  expect(await readKept(file)).toBeNull();
  const value = { text: 'a "quoted" ü }', list: [1, null] };
  await writeKept(file, value);
  expect(await readKept(file)).toEqual(value);
  const bytes = await readFile(file);
  const flipped = [...bytes.keys()].map((place) => Buffer.from(bytes.map((byte, index) => (index === place ? byte ^ 1 : byte))));
  const cut = [...bytes.keys()].map((length) => bytes.subarray(0, length));
  for (const damaged of [...flipped, ...cut, "null", "{}", `${String(bytes)}}`]) {
    await writeFile(file, damaged);
    expect(await readKept(file)).toBeNull();
  }
});

test("a folder in the place of a file holds no value", async () => {
  await using folder = await temporaryFolder();
  await mkdir(path.join(folder.path, "file.json"));
  expect(await readKept(path.join(folder.path, "file.json"))).toBeNull();
});
