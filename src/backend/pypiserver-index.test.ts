import { expect, test } from "vitest";
import type { Distribution } from "../scenario/distribution.ts";
import { htpasswd } from "./htpasswd.ts";
import { mountOf, servedFiles } from "./pypiserver-index.ts";

const DISTRIBUTION: Distribution = {
  project: "sandbox",
  version: "1.0",
  filename: "sandbox-1.0-py3-none-any.whl",
  sha256: "0".repeat(64),
  size: 1,
  requiresPython: null,
  yanked: false,
  metadata: null,
  visibleTo: null,
  content: { kind: "bytes", bytes: new Uint8Array(1) },
};

test("pypiserver's root is the URL without simple/", () => {
  const mount = (url: string): string => mountOf({ name: "private", url });
  expect(mount("https://feeds.example.com/acme/_packaging/main/pypi/simple/")).toBe("/acme/_packaging/main/pypi/");
  expect(mount("https://feeds.example.com/simple/")).toBe("/");
  expect(() => mount("https://feeds.example.com/root/dev/+simple/")).toThrow(/^index\.private: pypiserver serves its pages at …\/simple\//);
  expect(() => mount("https://git.example.com/api/v4/projects/a%2Fb/packages/pypi/simple/")).toThrow("knows no escapes");
});

test("what pypiserver can't do is refused, not left out", () => {
  expect(servedFiles("private", [DISTRIBUTION])).toEqual([
    { name: DISTRIBUTION.filename, sha256: DISTRIBUTION.sha256, content: DISTRIBUTION.content },
  ]);
  expect(() => servedFiles("private", [{ ...DISTRIBUTION, visibleTo: ["alice"] }])).toThrow(
    "pypiserver knows no `visible-to` (package sandbox)",
  );
  expect(() => servedFiles("private", [{ ...DISTRIBUTION, yanked: "" }])).toThrow("pypiserver knows no `yanked` (package sandbox)");
});

test("an htpasswd file holds hashes that pypiserver's library knows, and no name that breaks the file", () => {
  expect(htpasswd([{ name: "alice", password: "password" }])).toBe("alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n");
  expect(() => htpasswd([{ name: "a:b", password: "x" }])).toThrow(`can't be called "a:b"`);
});
