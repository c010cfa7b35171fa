import { expect, test } from "vitest";
import { Undo } from "./undo.ts";

test("undoes the last first, all of it even if one fails, and once", async () => {
  const done: string[] = [];
  const undo = new Undo();
  const step = (name: string) => async (): Promise<void> => void done.push(name);
  undo.defer(step("first"));
  expect(undo.use({ [Symbol.asyncDispose]: step("second") })).toBeDefined();
  undo.defer(() => Promise.reject(new Error("third")));
  undo.defer(step("fourth"));
  await expect(undo[Symbol.asyncDispose]()).rejects.toThrow(/^third$/);
  await undo[Symbol.asyncDispose]();
  expect(done).toEqual(["fourth", "second", "first"]);
  for (const name of ["one", "two"]) undo.defer(() => Promise.reject(new Error(name)));
  await expect(undo[Symbol.asyncDispose]()).rejects.toThrow(/^Error: two; Error: one$/);
});

test("what is moved is another's", async () => {
  const done: string[] = [];
  const undo = new Undo();
  undo.defer(async () => void done.push("moved"));
  const moved = undo.move();
  await undo[Symbol.asyncDispose]();
  expect(done).toEqual([]);
  await moved[Symbol.asyncDispose]();
  expect(done).toEqual(["moved"]);
});
