import { expect, test } from "vitest";

import type { Distribution } from "../scenario/distribution.ts";
import { createEmbeddedBackend } from "./embedded.ts";

function file(filename: string, sha256: string): Distribution {
  return {
    project: "acme",
    version: "1.0",
    filename,
    sha256,
    size: 0,
    requiresPython: null,
    yanked: false,
    metadata: null,
    visibleTo: null,
    content: { kind: "bytes", bytes: new Uint8Array() },
  };
}

test("what is published is listed from then on, and replaces the file of its name", () => {
  const backend = createEmbeddedBackend({ distributions: [file("a.whl", "1"), file("b.whl", "1"), file("a.whl", "2")] });
  const listed = (): string[] => backend.list().map((each) => `${each.filename} ${each.sha256}`);
  const before = backend.list();
  expect(listed()).toEqual(["a.whl 2", "b.whl 1"]);
  backend.publish([file("c.whl", "1"), file("b.whl", "2")]);
  expect(listed()).toEqual(["a.whl 2", "b.whl 2", "c.whl 1"]);
  expect(before).toHaveLength(2);
});
