import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { confirm } from "./confirm.ts";

it.each([
  ["y\n", true],
  [" YES \n", true],
  ["n\n", false],
  ["\n", false],
  ["yesterday\n", false],
  ["", false],
])("%j is an answer", async (text, answer) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(text);
  expect(await confirm("Send it?", input, output, new AbortController().signal)).toBe(answer);
  expect(String(output.read())).toBe("Send it? [y/N] ");
});

it("ends where the command is ended", async () => {
  const stopped = new AbortController();
  const asked = confirm("Send it?", new PassThrough(), new PassThrough(), stopped.signal);
  stopped.abort(new Error("stopped"));
  await expect(asked).rejects.toThrow("stopped");
});
