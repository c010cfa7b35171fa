import { describe, expect, it } from "vitest";
import type { WireAnswer } from "../../observation/wire.ts";
import { linkForm } from "./links.ts";
import { recordedFacts, recordedOf } from "./recorded.ts";

const INDEX = "https://pkgs.falcon.test/simple";
const answer = (more: Partial<WireAnswer>): WireAnswer => ({
  url: `${INDEX}/orion/`,
  method: "GET",
  authorized: false,
  status: 401,
  challenge: null,
  type: null,
  http: "1.1",
  page: null,
  ...more,
});
const html = (href: string, head = ""): string => `<html><head>${head}</head><body><a class="x" href="${href}">orion</a></body></html>`;
const json = (url: string): string => JSON.stringify({ files: [{ filename: "orion-1.whl", url }] });

describe("a page's links", () => {
  it.each([
    ["absolute paths", html("/packages/orion-1.whl"), "text/html", { form: "absolute", scheme: null }],
    ["relative paths", html("../../+f/1/orion-1.whl"), "text/html", { form: "relative", scheme: null }],
    ["paths below a base", html("orion-1.whl", '<base href="https://a.test/">'), "text/html", { form: "base", scheme: null }],
    ["whole URLs", html("HTTP://pkgs.falcon.test/orion-1.whl"), "text/html", { form: "url", scheme: "http" }],
    ["JSON's", json("../orion-1.whl"), "application/vnd.pypi.simple.v1+json", { form: "relative", scheme: null }],
    [
      "JSON's whole URLs",
      json("https://pkgs.falcon.test:8/1.whl"),
      "application/vnd.pypi.simple.v1+json",
      { form: "url", scheme: "https" },
    ],
    ["whole URLs of another host", html("http://cdn.test/1.whl"), "text/html", { form: "url", scheme: null }],
    ["none", "<html></html>", "text/html", null],
    ["none that can be read", "{", "application/vnd.pypi.simple.v1+json", null],
    ["none in JSON", '{"files":[]}', "application/vnd.pypi.simple.v1+json", null],
  ])("are told: %s", (_, page, type, form) => {
    expect(linkForm(page, type, "pkgs.falcon.test")).toEqual(form);
  });
});

describe("what was recorded", () => {
  it("is told for each index that answered, and of nothing else", () => {
    const answers = [
      answer({ challenge: 'Basic realm="falcon"' }),
      answer({ authorized: true, status: 200, type: "text/html", page: html("../orion-1.whl") }),
      answer({ url: "https://elsewhere.test/x/", status: 200, challenge: "Bearer", http: "2" }),
    ];
    const recorded = recordedOf(answers, ["https://quiet.test/simple/", INDEX]);
    expect(recorded).toEqual([
      {
        index: INDEX,
        none: 401,
        challenge: 'Basic realm="falcon"',
        type: "text/html",
        http: "1.1",
        links: { form: "relative", scheme: null },
      },
    ]);
    expect(recordedFacts(recorded, ["https://quiet.test/simple/", INDEX])).toEqual([
      "recorded: index 2: answers 401 without credentials, challenge Basic, pages are text/html, HTTP/1.1, links are relative paths",
    ]);
  });

  it("leaves out what differs from page to page, and the protocol where nothing is encrypted", () => {
    const url = "http://pkgs.falcon.test/simple";
    const pages = ["text/html", "application/vnd.pypi.simple.v1+json"].map((type) =>
      answer({ url: `${url}/orion/`, authorized: true, status: 200, type, page: "" }),
    );
    expect(recordedOf(pages, [url])).toEqual([{ index: url, none: null, challenge: null, type: null, http: null, links: null }]);
    expect(recordedFacts(recordedOf(pages, [url]), [url])).toEqual([]);
  });

  it.each([
    [[404, 200, 401], 401],
    [[404, 302, 200], 200],
    [[404, 503, 302], null],
  ])("has of %s without credentials what tells who is let in: %s", (statuses, none) => {
    const answers = statuses.map((status) => answer({ status }));
    expect(recordedOf(answers, [INDEX]).map((each) => each.none)).toEqual([none]);
  });

  it("tells of a 401 that has no challenge", () => {
    expect(recordedFacts(recordedOf([answer({})], [INDEX]), [INDEX])[0]).toContain("answers 401 without credentials, no challenge");
  });
});
