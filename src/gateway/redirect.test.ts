import { expect, test } from "vitest";
import type { Redirect } from "../scenario/model.ts";
import { fileOf, indexOf, openFixture } from "../../test/gateway-fixture.ts";

const redirect: Redirect = { to: "b", status: 302, for: "both", credentials: "none" };

async function follow(changes: Partial<Redirect>, as: string, path = "sandbox/"): Promise<string> {
  const a = indexOf({ name: "a", url: "http://a.example.com/simple/", redirects: [{ ...redirect, ...changes }] });
  const b = indexOf({
    name: "b",
    flavour: "nexus",
    url: "https://b.example.com:8443/repository/r/simple/",
    users: [{ name: "bob", state: "good" }],
  });
  await using it = await openFixture({ indexes: [a, b], files: { a: [fileOf("sandbox")], b: [fileOf("sandbox")] } });
  const { status, headers } = await it.ask(`${a.url}${path}`, { as });
  const [record] = it.records();
  for (const { value } of it.secrets) expect(JSON.stringify(record)).not.toContain(value);
  return `${status} ${headers["location"] ?? ""} | ${record?.location}`;
}

test("where it leads, with which credentials, and what the journal says", async () => {
  const wheel = "sandbox/sandbox-1.0.0-py3-none-any.whl";
  expect({
    "to another index": await follow({}, "good"),
    "a file, to where the other keeps it": await follow({}, "good", wheel),
    "to a prefix": await follow({ to: "https://c.example.com/x", status: 308 }, "good", wheel),
    "a page, where files alone are meant": await follow({ for: "files" }, "good"),
    "a file, where files alone are meant": await follow({ for: "files" }, "good", wheel),
    "who asks keeps the credentials": await follow({ credentials: "kept" }, "good"),
    "a user of the other index": await follow({ credentials: { user: "bob" } }, "good"),
    "a user of this index": await follow({ credentials: { user: "guest" } }, "good"),
    "a protected index asks first": await follow({}, "nobody"),
  }).toMatchInlineSnapshot(`
    {
      "a file, to where the other keeps it": "302 https://b.example.com:8443/repository/r/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl | https://b.example.com:8443/repository/r/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      "a file, where files alone are meant": "302 https://b.example.com:8443/repository/r/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl | https://b.example.com:8443/repository/r/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      "a page, where files alone are meant": "200  | null",
      "a protected index asks first": "401  | null",
      "a user of the other index": "302 https://bob:uvmre-good-b-bob-0123456789abcdef@b.example.com:8443/repository/r/simple/sandbox/ | https://bob:<secret:b.bob>@b.example.com:8443/repository/r/simple/sandbox/",
      "a user of this index": "302 https://guest:uvmre-good-a-guest-0123456789abcdef@b.example.com:8443/repository/r/simple/sandbox/ | https://guest:<secret:a.guest>@b.example.com:8443/repository/r/simple/sandbox/",
      "to a prefix": "308 https://c.example.com/x/sandbox/sandbox-1.0.0-py3-none-any.whl | https://c.example.com/x/sandbox/sandbox-1.0.0-py3-none-any.whl",
      "to another index": "302 https://b.example.com:8443/repository/r/simple/sandbox/ | https://b.example.com:8443/repository/r/simple/sandbox/",
      "who asks keeps the credentials": "302 https://good:uvmre-good-a-good-0123456789abcdef@b.example.com:8443/repository/r/simple/sandbox/ | https://good:<secret:a.good>@b.example.com:8443/repository/r/simple/sandbox/",
    }
  `);
});

test("kept credentials that are nobody's secret are not in the journal either", async () => {
  const open = indexOf({ users: [], redirects: [{ ...redirect, to: "https://c.example.com/", credentials: "kept" }] });
  await using it = await openFixture({ indexes: [open] });
  const answered = await it.ask(`${open.url}sandbox/`, { as: "me:hunter2/@" });
  expect([answered.headers["location"], it.records()[0]?.location]).toMatchInlineSnapshot(`
    [
      "https://me:hunter2%2F%40@c.example.com/sandbox/",
      "https://me:<password>@c.example.com/sandbox/",
    ]
  `);
});

test("an index behind a TLS terminator that it does not know writes http", async () => {
  const shown = [];
  for (const flavour of ["simple", "gitlab", "nexus"] as const) {
    const path = flavour === "gitlab" ? "/api/v4/projects/1/packages/pypi/simple/" : "/r/simple/";
    const index = indexOf({ flavour, url: `https://h.example.com${path}`, users: [], linksAs: "http" });
    await using it = await openFixture({ indexes: [index] });
    const page = await it.ask(`${index.url}sandbox/`);
    const moved = await it.ask(`${index.url}Sandbox`);
    shown.push([/href="([^"#]+)/.exec(page.text)?.[1], moved.headers["location"] ?? moved.status]);
  }
  expect(shown).toMatchInlineSnapshot(`
    [
      [
        "http://h.example.com/r/simple/sandbox/sandbox-1.0.0-py3-none-any.whl",
        "http://h.example.com/r/simple/sandbox/",
      ],
      [
        "http://h.example.com/api/v4/projects/1/packages/pypi/files/3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d/sandbox-1.0.0-py3-none-any.whl",
        200,
      ],
      [
        "http://h.example.com/r/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
        200,
      ],
    ]
  `);
});
