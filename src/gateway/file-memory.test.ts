import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createFileMemory } from "./file-memory.ts";

const folder = await mkdtemp(join(tmpdir(), "gateway-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a file is read once, the oldest go beyond the limit, large ones are not held, absent ones throw", async () => {
  const names = ["a", "b", "c", "d", "e"].map((name) => join(folder, name));
  for (const name of names) await writeFile(name, "x".repeat(25));
  await writeFile(join(folder, "large"), "x".repeat(26));
  const memory = createFileMemory(100);
  const first = memory.bytesOf(names[0]!);
  expect(first?.toString()).toBe("x".repeat(25));
  expect(memory.bytesOf(names[0]!)).toBe(first);
  for (const name of names) memory.bytesOf(name);
  expect(memory.bytesOf(names[0]!)).not.toBe(first);
  expect(memory.bytesOf(join(folder, "large"))).toBeNull();
  expect(() => memory.bytesOf(join(folder, "absent"))).toThrow("ENOENT");
});
