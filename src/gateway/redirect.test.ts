import { expect, test } from "vitest";
import { FLAVOUR_TRAITS } from "../scenario/flavour.ts";
import { FLAVOURS, type Redirect } from "../scenario/model.ts";
import { fileOf, indexOf, openFixture } from "../../test/gateway-fixture.ts";

const redirect: Redirect = { to: "b", status: 302, for: "both", credentials: "none" };

async function follow(changes: Partial<Redirect>, as: string, path = "sandbox/"): Promise<string> {
  const a = indexOf({ name: "a", url: "http://a.example.com/simple/", redirects: [{ ...redirect, ...changes }] });
  const b = indexOf({
    name: "b",
    flavour: "nexus",
    url: "https://b.example.com:8443/repository/r/simple/",
    users: [
      { name: "bob", state: "good" },
      { name: "token", state: "good", secretPlace: "user" },
      { name: "new", state: "good", login: "bob" },
    ],
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
    "a token in the user's place": await follow({ credentials: { user: "token" } }, "good"),
    "a user with another name beside the secret": await follow({ credentials: { user: "new" } }, "good"),
    "a protected index asks first": await follow({}, "nobody"),
  }).toMatchInlineSnapshot(`
    {
      "a file, to where the other keeps it": "302 https://b.example.com:8443/repository/r/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl | https://b.example.com:8443/repository/r/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      "a file, where files alone are meant": "302 https://b.example.com:8443/repository/r/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl | https://b.example.com:8443/repository/r/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      "a page, where files alone are meant": "200  | null",
      "a protected index asks first": "401  | null",
      "a token in the user's place": "302 https://uvmre-good-b-token-0123456789abcdef@b.example.com:8443/repository/r/simple/sandbox/ | https://<secret:b.token>@b.example.com:8443/repository/r/simple/sandbox/",
      "a user of the other index": "302 https://bob:uvmre-good-b-bob-0123456789abcdef@b.example.com:8443/repository/r/simple/sandbox/ | https://bob:<secret:b.bob>@b.example.com:8443/repository/r/simple/sandbox/",
      "a user of this index": "302 https://guest:uvmre-good-a-guest-0123456789abcdef@b.example.com:8443/repository/r/simple/sandbox/ | https://guest:<secret:a.guest>@b.example.com:8443/repository/r/simple/sandbox/",
      "a user with another name beside the secret": "302 https://bob:uvmre-good-b-new-0123456789abcdef@b.example.com:8443/repository/r/simple/sandbox/ | https://bob:<secret:b.new>@b.example.com:8443/repository/r/simple/sandbox/",
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

test("an index behind a TLS terminator that it does not know writes http of its own host, and of no other", async () => {
  const shown: Record<string, string[]> = {};
  for (const flavour of FLAVOURS) {
    const index = indexOf({
      flavour,
      url: `https://h.example.com${FLAVOUR_TRAITS[flavour].path}`,
      linksAs: "http",
      users: [{ name: "good", state: "good" }],
      options: { fallback: true, "object-storage": true },
    });
    await using it = await openFixture({ indexes: [index] });
    const page = await it.ask(`${index.url}sandbox/`, { as: "good" });
    const [, href = ""] = /href="([^"#]+)/.exec(page.text) ?? [];
    const moved = [
      await it.ask(href.replace(/^http:/, "https:"), { as: "good" }),
      await it.ask(`${index.url}sandbox`, { as: "good" }),
      await it.ask(`${index.url}absent/`, { as: "good" }),
      await it.ask(`${index.url}sandbox/`),
    ].flatMap(({ status, headers: { location } }) => (location === undefined ? [] : [`${status} ${String(location)}`]));
    shown[flavour] = [href, ...moved].map((line) => line.replace(/[0-9a-f]{64}/, "SHA256").replace(/[?].*/, ""));
  }
  expect(shown).toMatchInlineSnapshot(`
    {
      "artifactory": [
        "http://h.example.com/artifactory/api/pypi/main/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      ],
      "azure-devops": [
        "http://h.example.com/acme/_packaging/715dc849-3c36-479a-ab11-6995100f635e/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
        "303 https://blob.h.example.com/715dc849-3c36-479a-ab11-6995100f635e/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      ],
      "cloudsmith": [
        "http://h.example.com/basic/acme/main/python/sandbox-1.0.0-py3-none-any.whl",
      ],
      "codeartifact": [
        "http://h.example.com/pypi/main/simple/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      ],
      "devpi": [
        "http://h.example.com/root/main/+f/3e2/23feb2cd0dc73/sandbox-1.0.0-py3-none-any.whl",
        "302 http://h.example.com/root/main/+simple/sandbox/",
        "401 http://h.example.com/+login",
      ],
      "gitea": [
        "http://h.example.com/api/packages/acme/pypi/files/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      ],
      "gitlab": [
        "http://h.example.com/api/v4/projects/1/packages/pypi/files/SHA256/sandbox-1.0.0-py3-none-any.whl",
        "302 https://storage.h.example.com/api/v4/projects/1/packages/pypi/files/SHA256/sandbox-1.0.0-py3-none-any.whl",
        "302 https://fallback.example/simple/absent/",
      ],
      "google-artifact-registry": [
        "http://h.example.com/acme/main/sandbox/sandbox-1.0.0-py3-none-any.whl",
        "307 http://h.example.com/artifacts-downloads/namespaces/acme/main/downloads/SHA256/sandbox-1.0.0-py3-none-any.whl",
      ],
      "nexus": [
        "http://h.example.com/repository/main/packages/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl",
      ],
      "pypicloud": [
        "http://h.example.com/api/package/sandbox/sandbox-1.0.0-py3-none-any.whl",
        "302 http://h.example.com/simple/sandbox/",
        "302 https://fallback.example/simple/absent/",
      ],
      "pypiserver": [
        "http://h.example.com/packages/sandbox-1.0.0-py3-none-any.whl",
        "301 http://h.example.com/simple/sandbox/",
        "303 https://fallback.example/simple/absent/",
      ],
      "simple": [
        "http://h.example.com/simple/sandbox/sandbox-1.0.0-py3-none-any.whl",
        "301 http://h.example.com/simple/sandbox/",
      ],
    }
  `);
});
