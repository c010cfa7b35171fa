import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { normalisePath, parseUrl, urlOf } from "./target.ts";

test("a URL's path is left as it was sent", () => {
  const urls = [
    "http://Host.Example/a%2Fb/?x=1#f",
    "https://h.example:8443",
    "https://u:p@h.example/p",
    "http://[::1]:80/x",
    "ftp://h/",
    "http:///x",
    "nonsense",
  ];
  expect(urls.map((url) => [url, parseUrl(url)])).toMatchInlineSnapshot(`
    [
      [
        "http://Host.Example/a%2Fb/?x=1#f",
        {
          "host": "host.example",
          "path": "/a%2Fb/?x=1",
          "port": 80,
          "scheme": "http",
        },
      ],
      [
        "https://h.example:8443",
        {
          "host": "h.example",
          "path": "/",
          "port": 8443,
          "scheme": "https",
        },
      ],
      [
        "https://u:p@h.example/p",
        {
          "host": "h.example",
          "path": "/p",
          "port": 443,
          "scheme": "https",
        },
      ],
      [
        "http://[::1]:80/x",
        {
          "host": "[::1]",
          "path": "/x",
          "port": 80,
          "scheme": "http",
        },
      ],
      [
        "ftp://h/",
        null,
      ],
      [
        "http:///x",
        null,
      ],
      [
        "nonsense",
        null,
      ],
    ]
  `);
});

test("any text is read or refused, and what is read can be written again", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true })), (text) => {
      const target = parseUrl(text);
      expect(target === null || isDeepStrictEqual(parseUrl(urlOf(target)), target)).toBe(true);
    }),
  );
});

test("one spelling for each path", () => {
  expect(["/a%2fb/%7e%41+c%2B", "/%zz%", "/plain"].map(normalisePath)).toMatchInlineSnapshot(`
    [
      "/a%2Fb/~A+c%2B",
      "/%zz%",
      "/plain",
    ]
  `);
  fc.assert(
    fc.property(fc.string(), (path) => {
      expect(normalisePath(normalisePath(path))).toBe(normalisePath(path));
    }),
    { examples: [["%2525"], ["%25%32%35"]] },
  );
});
