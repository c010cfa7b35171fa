import { expect, test } from "vitest";
import { Cleanup } from "./cleanup.ts";

test("undoes the last first, all of it even if one fails, and once", async () => {
  const done: string[] = [];
  const cleanup = new Cleanup();
  const step = (name: string) => async (): Promise<void> => void done.push(name);
  cleanup.defer(step("first"));
  expect(cleanup.use({ [Symbol.asyncDispose]: step("second") })).toBeDefined();
  cleanup.defer(() => Promise.reject(new Error("third")));
  cleanup.defer(step("fourth"));
  await expect(cleanup[Symbol.asyncDispose]()).rejects.toThrow(/^third$/);
  await cleanup[Symbol.asyncDispose]();
  expect(done).toEqual(["fourth", "second", "first"]);
  for (const name of ["one", "two"]) cleanup.defer(() => Promise.reject(new Error(name)));
  await expect(cleanup[Symbol.asyncDispose]()).rejects.toThrow(/^Error: two; Error: one$/);
});

test("what is moved is another's", async () => {
  const done: string[] = [];
  const cleanup = new Cleanup();
  cleanup.defer(async () => void done.push("moved"));
  const moved = cleanup.move();
  await cleanup[Symbol.asyncDispose]();
  expect(done).toEqual([]);
  await moved[Symbol.asyncDispose]();
  expect(done).toEqual(["moved"]);
});
