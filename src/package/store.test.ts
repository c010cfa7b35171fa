import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { openStore } from "./store.ts";

it.each<[string, (text: string) => string]>([
  ["empty", () => ""],
  ["null", () => "null"],
  ["cut short", (text) => text.slice(0, -5)],
  ["of another byte", (text) => text.replace("six==1", "six==2")],
])("a resolution that is %s is as good as absent", async (_, damage) => {
  await using folder = await temporaryFolder();
  const store = openStore(folder.path);
  const resolution = { distributions: [], missing: ["six==1.17.0"] };
  await store.writeResolution("key", resolution);
  expect(await store.readResolution("key")).toEqual(resolution);
  const file = path.join(folder.path, "resolutions", "key.json");
  await writeFile(file, damage(await readFile(file, "utf8")));
  expect(await store.readResolution("key")).toBeNull();
  await rm(file);
  expect(await store.readResolution("key")).toBeNull();
});
