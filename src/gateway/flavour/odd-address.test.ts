import { expect, test } from "vitest";
import { fileOf, indexOf, openFixture } from "../../../test/gateway-fixture.ts";
import { type Flavour, FLAVOURS } from "../../scenario/model.ts";
import { parseScenario } from "../../scenario/parse.ts";

/** Says what becomes of an index whose address is not of its flavour's own form: an error, or the answer that uv gets there. */
async function fate(flavour: Flavour): Promise<string> {
  const url = "http://packages.example.com/python/";
  const text = `schema = 1
title = "an odd address"

[index.private]
flavour = "${flavour}"
url = "${url}"
packages = [{ name = "sandbox" }]

[[step]]
run = "uv sync"
reproduced = { exit = "nonzero", stderr = "404" }
healthy = { exit = 0 }
`;
  const parsed = parseScenario(text);
  if (!parsed.ok) return parsed.problems.map(({ kind }) => kind).join(", ");
  await using it = await openFixture({ indexes: [indexOf({ flavour, url, users: [] })], files: { private: [fileOf("sandbox")] } });
  const { status, headers, text: page } = await it.ask(`${url}sandbox/`, { headers: { "user-agent": "uv/0.13.9" } });
  const [, href] = /href="([^"#]*)/u.exec(page) ?? [];
  if (href === undefined) return [status, headers["location"] ?? ""].join(" ").trim();
  return `${status}, whose file is ${(await it.ask(new URL(href, `${url}sandbox/`).href)).status}`;
}

test("no flavour has pages at an odd address that link to nowhere", async () => {
  const fates: Record<string, string> = {};
  for (const flavour of FLAVOURS) fates[flavour] = await fate(flavour);
  expect(fates).toMatchInlineSnapshot(`
    {
      "artifactory": "bad-url",
      "azure-devops": "bad-url",
      "cloudsmith": "bad-url",
      "codeartifact": "bad-url",
      "devpi": "200, whose file is 200",
      "gitea": "bad-url",
      "gitlab": "bad-url",
      "google-artifact-registry": "bad-url",
      "nexus": "bad-url",
      "pypicloud": "404",
      "pypiserver": "303 http://packages.example.com/python/simple/sandbox/",
      "simple": "200, whose file is 200",
    }
  `);
});
