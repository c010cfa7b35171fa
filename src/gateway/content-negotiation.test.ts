import { expect, test } from "vitest";
import { negotiate } from "./content-negotiation.ts";

test("the format that a client likes best", () => {
  const uv = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";
  const asked = [
    uv,
    "text/html",
    "*/*",
    "application/vnd.pypi.simple.latest+json;q=0.5,text/html",
    "application/vnd.pypi.simple.v1+json;q=0",
    "image/png",
    null,
  ];
  expect(asked.map((accept) => `${accept}: ${negotiate(accept)}`)).toMatchInlineSnapshot(`
    [
      "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01: json",
      "text/html: html",
      "*/*: html",
      "application/vnd.pypi.simple.latest+json;q=0.5,text/html: html",
      "application/vnd.pypi.simple.v1+json;q=0: html",
      "image/png: html",
      "null: html",
    ]
  `);
});
