import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startCompanyProxy } from "./company-proxy.ts";
import { startHttp2Front } from "./http2-front.ts";
import { janesVariables, type ProjectKind, pyproject } from "./project-parts.ts";
import { BOT, installKeyringTool, JANE, put, STALE } from "./world.ts";

const FALCON = "/falcon/simple/";
const at = ({ port }: { port: number }, path = FALCON): string => `https://localhost:${port}${path}`;
const revoked = { UV_INDEX_FALCON_PROD_USERNAME: JANE.user, UV_INDEX_FALCON_PROD_PASSWORD: STALE };

/** A backend that fetches the password: once as urllib trusts, and once as one who trusts the company's authority alone. */
const fetching = (url: string, caFile: string): string => `import ssl
import urllib.request

from keyring.backend import KeyringBackend


class Falcon(KeyringBackend):
    priority = 9

    def get_password(self, service, username):
        urllib.request.urlopen(${JSON.stringify(url)}).read()
        pinned = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        pinned.load_verify_locations(${JSON.stringify(caFile)})
        return urllib.request.urlopen(${JSON.stringify(url)}, context=pinned).read().decode()

    def set_password(self, service, username, password):
        raise NotImplementedError

    def delete_password(self, service, username):
        raise NotImplementedError
`;

/** Projects that show what becomes of a run through a gateway in front of the real registries. */
export const RECORDED_PROJECTS: Readonly<Record<string, ProjectKind>> = {
  "devpi-over-https": {
    repair: "good-secret",
    async make(world, folder) {
      const devpi = await world.devpi();
      const front = await world.front({ upstream: devpi.port, accounts: [JANE], tls: await world.leaf("good") });
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: at(front, "/team/prod/+simple/") }),
        "home/.netrc": `machine localhost login ${JANE.user} password ${STALE}\n`,
      });
      return { argv: ["uv", "lock"], env: { SSL_CERT_FILE: world.caFile }, words: ["team/prod"] };
    },
  },
  "registry-of-http2": {
    repair: "good-secret",
    async make(world, folder) {
      const front = world.use(await startHttp2Front(world.pypi.port, "/falcon", await world.leaf("good")));
      await put(folder, { "project/pyproject.toml": pyproject({ url: at(front) }) });
      return { argv: ["uv", "lock"], env: { ...revoked, SSL_CERT_FILE: world.caFile } };
    },
  },
  "behind-a-companys-proxy": {
    repair: "good-secret",
    async make(world, folder) {
      const company = world.use(await startCompanyProxy(BOT));
      const proxy = `http://${BOT.user}:${encodeURIComponent(BOT.password)}@127.0.0.1:${company.port}`;
      await put(folder, { "project/pyproject.toml": pyproject({ url: at(world.secure) }) });
      const env = { ...revoked, SSL_CERT_FILE: world.caFile, HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
      return { argv: ["uv", "lock"], env, words: [`:${company.port}`] };
    },
  },
  "past-the-companys-proxy": {
    repair: "good-secret",
    async make({ secure, caFile }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: at(secure) }) });
      const env = { ...revoked, SSL_CERT_FILE: caFile, HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "localhost" };
      return { argv: ["uv", "lock"], env };
    },
  },
  "keyring-by-https": {
    repair: "package-allowed",
    async make(world, folder) {
      const tls = await world.leaf("good");
      const vault = await world.front({ upstream: null, tls, rule: () => ({ status: 200, html: JANE.password }) });
      const front = await world.front({
        upstream: world.pypi.port,
        tls,
        mount: "/falcon",
        rule: (path) => (path.includes("lumen-tools/") ? { status: 403 } : null),
      });
      const url = at(front).replace("://", `://${JANE.user}@`);
      await put(folder, { "project/pyproject.toml": pyproject({ url, uv: 'keyring-provider = "subprocess"' }) });
      await installKeyringTool(join(folder, "home"));
      const library = join(folder, "home/.local/share/uv/tools/keyring/lib");
      const [python = ""] = await readdir(library);
      const backend = join(library, python, "site-packages/falcon_keyring.py");
      await writeFile(backend, fetching(`https://localhost:${vault.port}/secret`, world.caFile));
      return {
        argv: ["uv", "lock"],
        env: { SSL_CERT_FILE: world.caFile, PATH: join(folder, "home/.local/bin"), PYTHONDONTWRITEBYTECODE: "1" },
        words: [`:${vault.port}`],
      };
    },
  },
  "front-that-knows-a-gateway": {
    repair: "good-secret",
    async make(world, folder) {
      const front = await world.front({
        upstream: world.pypi.port,
        // uv keeps its connections, and a gateway does not.
        rule: (_, headers) => (headers.connection === "close" ? { status: 404 } : null),
      });
      await put(folder, { "project/pyproject.toml": pyproject({ url: `http://127.0.0.1:${front.port}/simple/` }) });
      return { argv: ["uv", "lock"], env: revoked };
    },
  },
  "certificates-of-a-folder": {
    repair: "good-secret",
    from: "0.9.10",
    async make({ secure, caFile }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: at(secure) }),
        "certs/company.pem": await readFile(caFile, "utf8"),
      });
      const certs = join(folder, "certs");
      await promisify(execFile)("openssl", ["rehash", certs]);
      return { argv: ["uv", "lock"], env: { ...revoked, SSL_CERT_FILE: "", SSL_CERT_DIR: certs } };
    },
  },
  "certificates-that-are-not-there": {
    repair: null,
    async make({ pypi }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: `http://127.0.0.1:${pypi.port}/simple/` }) });
      return { argv: ["uv", "lock"], env: { ...revoked, SSL_CERT_FILE: join(folder, "gone.pem") } };
    },
  },
  "certificate-of-the-clients": {
    repair: null,
    async make({ pypi, caFile }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: `http://127.0.0.1:${pypi.port}/simple/` }) });
      return { argv: ["uv", "lock"], env: { ...janesVariables, SSL_CLIENT_CERT: caFile } };
    },
  },
};
