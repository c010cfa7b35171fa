import { expect, test } from "vitest";
import { request as requestRecord } from "../../test/report-fixture.ts";
import { markFinals } from "./final-answers.ts";
import type { RequestRecord } from "./model.ts";

function request(step: number, method: string, url: string, status: number): RequestRecord {
  return requestRecord({ step, method, url, status, final: false });
}

test("the last answer per step, method and URL is final; fragments do not tell URLs apart", () => {
  const page = "https://feeds.example.com/simple/a/";
  const marked = markFinals([
    request(0, "GET", page, 401),
    request(0, "GET", `${page}#one`, 200),
    request(0, "HEAD", page, 405),
    request(0, "GET", `${page}?x=1`, 401),
    request(1, "GET", page, 401),
    request(1, "GET", page, 401),
    request(1, "GET", page, 0),
  ]);
  expect(marked.map(({ step, method, status, final }) => `${step} ${method} ${status}${final ? " final" : ""}`)).toMatchInlineSnapshot(`
    [
      "0 GET 401",
      "0 GET 200 final",
      "0 HEAD 405",
      "0 GET 401 final",
      "1 GET 401",
      "1 GET 401",
      "1 GET 0 final",
    ]
  `);
});

test("a redirect is never final, nor a HEAD that is not offered; what is dropped is", () => {
  const file = "https://feeds.example.com/a.whl";
  const marked = markFinals([
    request(0, "HEAD", file, 405),
    { ...request(0, "GET", file, 303), location: "https://blob.example.com/a.whl" },
    request(0, "GET", "https://blob.example.com/a.whl", 200),
    { ...request(1, "GET", file, 304), location: null },
    request(2, "GET", file, 0),
  ]);
  expect(marked.map((each) => each.final)).toEqual([false, false, true, true, true]);
});
