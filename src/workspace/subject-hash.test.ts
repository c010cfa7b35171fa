import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { thePython } from "../../test/workspace-fixture.ts";
import { createAuthority } from "../gateway/certificate.ts";
import { subjectHash } from "./subject-hash.ts";

const SEES = `import ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.load_verify_locations(capath=sys.argv[1])
left, right = ssl.MemoryBIO(), ssl.MemoryBIO()
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain(sys.argv[2])
a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
client = context.wrap_bio(a, b, server_hostname="a.example")
served = server.wrap_bio(b, a, server_side=True)
for _ in range(5):
    for side in (client, served):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass
print(client.version())
`;

test("OpenSSL finds a CA in a folder by the hash of its subject", async () => {
  await using folder = await temporaryFolder();
  const authority = await createAuthority();
  const leaf = await authority.leafFor("a.example", "good");
  const cas = path.join(folder.path, "ca");
  await mkdir(cas);
  await writeFile(path.join(cas, `${subjectHash(authority.caPem)}.0`), authority.caPem);
  await writeFile(path.join(folder.path, "leaf.pem"), leaf.key + leaf.cert);
  const { file } = await thePython();
  const see = (from: string): string =>
    execFileSync(file, ["-c", SEES, from, path.join(folder.path, "leaf.pem")], { encoding: "utf8", stdio: "pipe" });
  expect(see(cas)).toMatch(/^TLSv1/);
  expect(() => see(folder.path)).toThrow("CERTIFICATE_VERIFY_FAILED");
});
