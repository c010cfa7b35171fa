import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { createOwnership } from "../process/ownership.ts";
import { openStore } from "./store.ts";

it.each(["", "null", '{"shape":1,"distri', "[]", '{"shape":1}', '{"shape":1,"distributions":null,"missing":[]}'])(
  "a resolution that says %j is as good as absent",
  async (text) => {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, "resolutions"));
    await writeFile(path.join(folder.path, "resolutions", "key.json"), text);
    expect(await openStore(folder.path, await createOwnership()).readResolution("key")).toBeNull();
  },
);
