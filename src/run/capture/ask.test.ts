import type { IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { createAuthority } from "../../gateway/certificate.ts";
import type { Server } from "../../../test/capture/servers.ts";
import { localServer } from "../../../test/local-server.ts";
import { temporaryFolder } from "../../../test/real-tools.ts";
import { askPage, type AskOptions, type PageAnswer } from "./ask.ts";

interface Got {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server that keeps what it was asked, and asks for a login. */
async function serve(tls: { key: string; cert: string } | null): Promise<Server & { got: Got[] }> {
  const got: Got[] = [];
  const server = await localServer(({ url = "", headers }, answer) => {
    got.push({ url, headers });
    answer.writeHead(401, { "www-authenticate": 'Basic realm="x"', "content-type": "text/html; charset=utf-8" }).end("no");
  }, tls);
  return { ...server, got };
}

const ask = (url: string, way: Partial<AskOptions["way"]> = {}, folder = "/"): Promise<PageAnswer> =>
  askPage({
    url,
    way: { kind: "open", proxy: null, trust: { kind: "bundled" }, ...way },
    folder,
    version: "0",
    authorization: null,
    signal: new AbortController().signal,
  });

const REFUSED = { status: 401, challenge: 'Basic realm="x"', type: "text/html" };

it("sends one GET as uv asks for a page, without credentials", async () => {
  await using server = await serve(null);
  expect(await ask(`http://127.0.0.1:${server.port}/simple/one/`)).toEqual(REFUSED);
  expect(server.got.map(({ url }) => url)).toEqual(["/simple/one/"]);
  expect(server.got[0]?.headers).toMatchObject({ "user-agent": "uv-mre/0", accept: expect.stringContaining("vnd.pypi.simple.v1+json") });
  expect(server.got[0]?.headers).not.toHaveProperty("authorization");
});

it("goes by a proxy", async () => {
  await using proxy = await serve(null);
  expect(await ask("http://pkgs.falcon.test/simple/", { proxy: `http://127.0.0.1:${proxy.port}` })).toEqual(REFUSED);
  expect(proxy.got.map(({ url }) => url)).toEqual(["http://pkgs.falcon.test/simple/"]);
});

it("trusts the file's authority alone, and says why there is no answer", async () => {
  await using folder = await temporaryFolder();
  const authority = await createAuthority();
  const file = join(folder.path, "ca.pem");
  await writeFile(file, authority.caPem);
  await using server = await serve(await authority.leafFor("localhost", "good"));
  const url = `https://localhost:${server.port}/`;
  expect(await ask(url, { trust: { kind: "file", path: file } })).toEqual(REFUSED);
  expect(await ask(url, { trust: { kind: "file", path: "ca.pem" } }, folder.path)).toEqual(REFUSED);
  await expect(ask(url)).rejects.toThrow(/UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|SELF_SIGNED/);
  await expect(ask("http://127.0.0.1:9/")).rejects.toThrow("ECONNREFUSED");
});
