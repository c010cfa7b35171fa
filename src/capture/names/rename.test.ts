import { describe, expect, it } from "vitest";
import { remainingNames } from "./remaining-names.ts";
import { createRenamer } from "./rename.ts";

const RENAMER = createRenamer({
  names: ["falcon-prod", "orion-billing", "jane.doe@corp.io", "__token__", "VssSessionToken", "harbor-07", "falconProd"],
  urls: [
    "http://127.0.0.1:36697/simple/",
    "https://pkgs.falcon.corp.com/api/v4/projects/4711/packages/pypi/simple",
    "https://files.falcon.corp.com/team/orion_billing-1.4.0-py3-none-any.whl",
    "https://localhost:8443/falcon%2Fteam/_packaging/main/pypi/simple/",
  ],
  hosts: ["pkgs.falcon.corp.com:36697"],
  keep: ["harbor"],
});

describe("renaming", () => {
  it("keeps scheme, port or none, labels, segments, the last slash, encoding, and words that registries know", () => {
    expect(RENAMER.url("https://pkgs.falcon.corp.com/api/v4/projects/4711/packages/pypi/simple")).toMatch(
      /^https:\/\/[a-z]+\.[a-z]+\.[a-z]+\.example\/api\/v4\/projects\/\d{4}\/packages\/pypi\/simple$/,
    );
    expect(RENAMER.url("https://localhost:8443/falcon%2Fteam/_packaging/main/pypi/simple/")).toMatch(
      /^https:\/\/[a-z]+:\d{4}\/[a-z]+%2F[a-z]+\/_packaging\/main\/pypi\/simple\/$/,
    );
    expect(["__token__", "VssSessionToken", "harbor-07"].map(RENAMER.name)).toEqual(["__token__", "VssSessionToken", "harbor-07"]);
  });

  it("gives equal words one word, in the case of each, and siblings one parent", () => {
    const [index = "", variable = "", camel = ""] = ["falcon-prod", "UV_INDEX_FALCON_PROD_USERNAME", "falconProd"].map(RENAMER.name);
    const [falcon = "", prod = ""] = index.split("-");
    expect(variable).toBe(`UV_INDEX_${falcon.toUpperCase()}_${prod.toUpperCase()}_USERNAME`);
    expect(camel.toLowerCase()).toBe(falcon + prod);
    const [page = "", file = ""] = ["pkgs.falcon.corp.com", "files.falcon.corp.com"].map(RENAMER.host);
    expect(page.split(".").slice(1)).toEqual(file.split(".").slice(1));
    expect(RENAMER.url("https://files.falcon.corp.com/team/orion_billing-1.4.0-py3-none-any.whl")).toContain(
      `/${RENAMER.name("orion_billing")}-1.4.0-py3-none-any.whl`,
    );
  });

  it("keeps the order of what is sorted by name", () => {
    const words = ["billing", "corp", "doe", "falcon", "jane", "orion", "pkgs", "prod", "team"];
    const renamed = words.map(RENAMER.name);
    expect(renamed).toEqual([...renamed].sort());
    expect(new Set(renamed).size).toBe(words.length);
  });

  it("finds names in a sentence, and names that were left", () => {
    const text = RENAMER.text("Because orion-billing is not at pkgs.falcon.corp.com (http://127.0.0.1:36697/simple/) for orion_billing");
    expect(text).not.toMatch(/orion|billing|falcon|corp|127|36697/);
    expect(remainingNames(text, RENAMER)).toEqual([]);
    expect(remainingNames("x FALCON_y", RENAMER)).toEqual(["falcon"]);
    expect(remainingNames("%66alcon and orion%2Dbilling", RENAMER)).toEqual(["billing", "orion"]);
  });

  it("tells of a name that nobody had told of, once it is asked to rename it", () => {
    const renamer = createRenamer({ names: ["orion"], urls: [], hosts: [], keep: ["harbor"] });
    const text = ["pelican", "harbor", "07", "simple"].map(renamer.name).join(" ");
    expect(remainingNames(text, renamer)).toEqual(["pelican"]);
  });

  it.each([
    ['run = "uv run tool --password=hunter2"', ["--password"]],
    ['run = ["uv", "run", "tool", "--token", "hunter2"]', ["--token"]],
    ['run = "uv run tool --password={{secret.private}}"', []],
  ])("finds a secret in plain letters: %s", (text, where) => {
    expect(remainingNames(text, RENAMER)).toEqual(where);
  });
});
