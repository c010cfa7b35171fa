import { describe, expect, it } from "vitest";
import { hideUrlSecrets, looksLikeToken } from "../secret-book.ts";
import { addressOf } from "./address.ts";
import { readCredentialStore } from "./credential-store.ts";
import { readNetrc } from "./netrc.ts";
import { indexesInVariables, misnamedVariables, readVariables } from "./variables.ts";
import { readSettings } from "./settings.ts";

/** Names secrets in the order in which they are met, and keeps which. */
function book(): { name: (value: string) => string; met: string[] } {
  const met: string[] = [];
  const name = (value: string): string => {
    if (!met.includes(value)) met.push(value);
    return `secret-${met.indexOf(value) + 1}`;
  };
  return { name, met };
}

describe("secrets of URLs", () => {
  it.each([
    ["https://jane:p%40ss@pkgs.test/simple/", "https://jane:‹secret-1›@pkgs.test/simple/", ["p@ss"]],
    ["a https://jane@pkgs.test b", "a https://jane@pkgs.test b", []],
    ["https://glpat-abc123@pkgs.test", "https://‹secret-1›@pkgs.test", ["glpat-abc123"]],
    ["https://:token99@pkgs.test/", "https://:‹secret-1›@pkgs.test/", ["token99"]],
    ["https://jane:****@pkgs.test/", "https://jane:****@pkgs.test/", []],
    ["https://me@corp.test:p@ss@pkgs.test/", "https://me@corp.test:‹secret-1›@pkgs.test/", ["p@ss"]],
    ["see https://pkgs.test/a and write to me@pkgs.test", "see https://pkgs.test/a and write to me@pkgs.test", []],
  ])("hides them: %s", (text, hidden, secrets) => {
    const { name, met } = book();
    expect(hideUrlSecrets(text, name)).toBe(hidden);
    expect(met).toEqual(secrets);
  });

  it("takes no ordinary user name for a token", () => {
    expect(
      ["VssSessionToken", "__token__", "jane.doe@corp.test", "gitlab-ci-token", "build-automation-user-01", "oauth2accesstoken"].filter(
        looksLikeToken,
      ),
    ).toEqual([]);
    expect(looksLikeToken("a8f3b2c19d4e5f60718293a4b5c6d7e8")).toBe(true);
  });

  it("takes an address apart, whatever its credentials are", () => {
    expect(addressOf("https://jane:‹secret-1›@pkgs.test/simple")).toEqual({
      url: "https://pkgs.test/simple",
      user: "jane",
      secret: "secret-1",
    });
    expect(addressOf("https://‹secret-1›@pkgs.test/simple")).toEqual({ url: "https://pkgs.test/simple", user: null, secret: "secret-1" });
    expect(addressOf("../wheels")).toBeNull();
  });
});

describe("stores of credentials", () => {
  it("reads netrc in its order, with quotes, comments and macros", () => {
    const text =
      '# mine\nmachine a.test login jane password "p w\\"d"\nmacdef init\ncd /tmp\n\nmachine a.test login bot account x password two\ndefault login any password three\n';
    const { name, met } = book();
    expect(readNetrc(text, "netrc", name).map(({ service, user, secret }) => [service, user, secret])).toEqual([
      ["a.test", "jane", "secret-1"],
      ["a.test", "bot", "secret-2"],
      ["default", "any", "secret-3"],
    ]);
    expect(met).toEqual(['p w"d', "two", "three"]);
  });

  it("reads uv's store in its order, and knows equal secrets", () => {
    const entry = (service: string, user: string, rest: string): string =>
      `[[credential]]\nservice = "${service}"\nusername = "${user}"\n${rest}\n`;
    const text =
      entry("https://b.test", "z", 'password = "one"') +
      entry("https://a.test", "a", 'scheme = "bearer"\ntoken = "two"') +
      entry("https://c.test", "z", 'password = "one"');
    expect(readCredentialStore(text, "store", book().name).map(({ service, secret }) => `${service} ${secret}`)).toEqual([
      "https://b.test secret-1",
      "https://a.test secret-2",
      "https://c.test secret-1",
    ]);
  });
});

describe("variables", () => {
  it("holds names against the indexes, word by word", () => {
    const { name } = book();
    const variables = readVariables(
      {
        UV_INDEX_FALCON_USERNAME: "jane",
        UV_INDEX_FALCON_PROD_PASSWORD: "s",
        UV_FALCON_PROD_USER: "x",
        UV_INDEX_OTHER_PASSWORD: "o",
        UV_PUBLISH_PASSWORD: "p",
        HOME: "/h",
      },
      name,
    );
    const { indexes } = readSettings('[[index]]\nname = "falcon-prod"\nurl = "https://a.test/simple"\n', "uv.toml", "uv");
    expect(misnamedVariables(variables, indexes)).toEqual([
      { name: "UV_FALCON_PROD_USER", index: "falcon-prod", rightName: "UV_INDEX_FALCON_PROD_USERNAME" },
      { name: "UV_INDEX_FALCON_USERNAME", index: "falcon-prod", rightName: "UV_INDEX_FALCON_PROD_USERNAME" },
    ]);
    expect(variables.map((variable) => variable.name)).not.toContain("HOME");
    expect(JSON.stringify(variables)).not.toMatch(/"value":"[sop]"/);
  });

  it.each([
    ["UV_INDEX_X_USERNAME", "glpat-abcdef0123456789"],
    ["UV_INDEX_X_USERNAME", "a8f3b2c19d4e5f60718293a4b5c6d7e8"],
    ["HTTPS_PROXY", "jane:plover@proxy.test:3128"],
    ["all_proxy", "socks5://jane:plover@proxy.test"],
  ])("hides a secret that stands where none is expected: %s=%s", (name, value) => {
    const [variable] = readVariables({ [name]: value }, book().name);
    expect(JSON.stringify(variable)).toContain("secret-1");
    expect(JSON.stringify(variable)).not.toMatch(/glpat|a8f3|plover/);
  });

  it("finds the indexes that variables name", () => {
    const { name } = book();
    const variables = readVariables(
      { UV_INDEX: "one=https://jane:pw@a.test/1/ https://b.test/2/", UV_DEFAULT_INDEX: "https://c.test/" },
      name,
    );
    expect(indexesInVariables(variables).map((index) => [index.name, index.url, index.user, index.secret, index.isDefault])).toEqual([
      ["one", "https://a.test/1/", "jane", "secret-1", false],
      [null, "https://b.test/2/", null, null, false],
      [null, "https://c.test/", null, null, true],
    ]);
  });
});
