import { expect, test } from "vitest";
import { askRows, fileOf, indexOf, openFixture, uploadOf } from "../../../test/gateway-fixture.ts";
import { azureDevops } from "./azure-devops.ts";

const GUID = "6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11";
const BLOB = `http://blob.feeds.example.com/${GUID}/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl`;

test("every row, over the wire", async () => {
  const index = indexOf({
    flavour: "azure-devops",
    url: "http://feeds.example.com/acme/web/_packaging/main/pypi/simple/",
    options: { "feed-id": GUID },
  });
  await using it = await openFixture({ indexes: [index] });
  const file = `/acme/web/_packaging/${GUID}/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl`;
  const upload = "/acme/web/_packaging/main/pypi/upload/";
  const shown = await askRows(it, index, azureDevops.table, {
    "GET BASE/_packaging/FEED/pypi/simple/NAME/": ["GET sandbox/ as good", "GET absent/ as good"],
    "GET BASE/_packaging/GUID/pypi/download/NAME/VERSION/FILE": [`GET ${file} as good`, `GET ${file}`],
    "HEAD on the feed's host": [`HEAD ${file} as good`],
    "GET on the blob host": [`GET ${BLOB}`, `HEAD ${BLOB}`, [`GET ${BLOB}`, { headers: { range: "bytes=-3" } }], `GET ${BLOB}.metadata`],
    "GET on the blob host with Authorization": [`GET ${BLOB} as good`, `GET ${BLOB} as good:`],
    "POST BASE/_packaging/FEED/pypi/upload/": [
      [`POST ${upload} as good`, { body: uploadOf(fileOf("new")) }],
      [`POST ${upload} as good`, { body: uploadOf(fileOf("new")) }],
      [`POST ${upload} as good`, { body: uploadOf(fileOf("other"), { sha256_digest: "00" }) }],
      `POST ${upload} as good`,
    ],
    "POST there, of a file that is there": [[`POST ${upload} as good`, { body: uploadOf(fileOf("new")) }]],
    "any, without or with refused credentials": [
      "GET sandbox/",
      "GET sandbox/ as good:",
      "GET sandbox/ as good:wrong",
      "GET sandbox/ as expired",
      "GET sandbox/ as revoked",
    ],
    "any, with a token under any user name that is not empty": ["GET sandbox/ as anything:<good>", "GET sandbox/ as :<good>"],
    "any, with a Bearer token": ["GET sandbox/ as Bearer good"],
    "any, as guest": ["GET sandbox/ as guest"],
    "any, without access": ["GET sandbox/ as no-access"],
  });
  expect(shown).toMatchInlineSnapshot(`
    "GET BASE/_packaging/FEED/pypi/simple/NAME/: 200, absolute hrefs under the GUID; 404 where absent
      GET sandbox/ as good → 200
        <a href="http://feeds.example.com/acme/web/_packaging/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET absent/ as good → 404
    GET BASE/_packaging/GUID/pypi/download/NAME/VERSION/FILE: 303 (or 302) to the blob host
      GET /acme/web/_packaging/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good → 303, location: http://blob.feeds.example.com/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl?sv=2019-07-07&sr=b&sp=r
      GET /acme/web/_packaging/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl → 401, www-authenticate: Bearer authorization_uri=https://login.feeds.example.com/715dc849-3c36-479a-ab11-6995100f635e, Basic realm="http://feeds.example.com/", TFS-Federated
    HEAD on the feed's host: 405
      HEAD /acme/web/_packaging/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good → 405, allow: GET
    GET on the blob host: 200, 206 for a range; no PEP 658
      GET http://blob.feeds.example.com/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl → 200, accept-ranges: bytes
      HEAD http://blob.feeds.example.com/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl → 200, accept-ranges: bytes
      GET http://blob.feeds.example.com/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl {"range":"bytes=-3"} → 206, accept-ranges: bytes, content-range: bytes 40-42/43
      GET http://blob.feeds.example.com/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl.metadata → 404
    GET on the blob host with Authorization: 400, not given in the correct format
      GET http://blob.feeds.example.com/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good → 400
      GET http://blob.feeds.example.com/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl as good: → 400
    POST BASE/_packaging/FEED/pypi/upload/: 202; wrong digest or incomplete 400
      POST /acme/web/_packaging/main/pypi/upload/ as good → 202
      POST /acme/web/_packaging/main/pypi/upload/ as good → 409
      POST /acme/web/_packaging/main/pypi/upload/ as good → 400
      POST /acme/web/_packaging/main/pypi/upload/ as good → 400
    POST there, of a file that is there: 409, JSON: PackageAlreadyExistsException (uv#8817)
      POST /acme/web/_packaging/main/pypi/upload/ as good → 409
    any, without or with refused credentials: 401, Bearer and Basic and TFS-Federated
      GET sandbox/ → 401, www-authenticate: Bearer authorization_uri=https://login.feeds.example.com/715dc849-3c36-479a-ab11-6995100f635e, Basic realm="http://feeds.example.com/", TFS-Federated
      GET sandbox/ as good: → 401, www-authenticate: Bearer authorization_uri=https://login.feeds.example.com/715dc849-3c36-479a-ab11-6995100f635e, Basic realm="http://feeds.example.com/", TFS-Federated
      GET sandbox/ as good:wrong → 401, www-authenticate: Bearer authorization_uri=https://login.feeds.example.com/715dc849-3c36-479a-ab11-6995100f635e, Basic realm="http://feeds.example.com/", TFS-Federated
      GET sandbox/ as expired → 401, www-authenticate: Bearer authorization_uri=https://login.feeds.example.com/715dc849-3c36-479a-ab11-6995100f635e, Basic realm="http://feeds.example.com/", TFS-Federated
      GET sandbox/ as revoked → 401, www-authenticate: Bearer authorization_uri=https://login.feeds.example.com/715dc849-3c36-479a-ab11-6995100f635e, Basic realm="http://feeds.example.com/", TFS-Federated
    any, with a token under any user name that is not empty: 200
      GET sandbox/ as anything:<good> → 200
        <a href="http://feeds.example.com/acme/web/_packaging/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
      GET sandbox/ as :<good> → 401, www-authenticate: Bearer authorization_uri=https://login.feeds.example.com/715dc849-3c36-479a-ab11-6995100f635e, Basic realm="http://feeds.example.com/", TFS-Federated
    any, with a Bearer token: 200
      GET sandbox/ as Bearer good → 200
        <a href="http://feeds.example.com/acme/web/_packaging/6f7f8c5a-0f3e-4f69-9b36-2f0b3a9d4c11/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl#sha256=3e223feb2cd0dc730e78d6f561b3d414a99afdf32afe5d4223c5dd7fa6362e2d">
    any, as guest: 403
      GET sandbox/ as guest → 403
    any, without access: 404
      GET sandbox/ as no-access → 404"
  `);
  expect((await it.ask(BLOB, { as: "good" })).text).toContain("Authentication information is not given in the correct format");
});

test("the redirect's status is an option, and the id of a feed the same in every run", async () => {
  const index = indexOf({
    flavour: "azure-devops",
    url: "http://feeds.example.com/acme/_packaging/main/pypi/simple/",
    users: [],
    options: { "redirect-status": 302 },
  });
  await using it = await openFixture({ indexes: [index] });
  const url = it.gateway.fileUrlOf("private", "sandbox");
  expect(url).toMatchInlineSnapshot(
    `"http://feeds.example.com/acme/_packaging/715dc849-3c36-479a-ab11-6995100f635e/pypi/download/sandbox/1.0.0/sandbox-1.0.0-py3-none-any.whl"`,
  );
  expect((await it.ask(url)).status).toBe(302);
});
