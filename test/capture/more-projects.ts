import { join } from "node:path";
import { janesVariables, netrc, type ProjectKind, pyproject, simple } from "./project-parts.ts";
import { BOT, installKeyringTool, JANE, put, STALE } from "./world.ts";

const at = (port: number, path: string): string => `http://127.0.0.1:${port}${path}`;
const lab = (url: string, more = "explicit = true"): string => `\n[[tool.uv.index]]\nname = "kestrel-lab"\nurl = "${url}"\n${more}\n`;
const fromLab = (text: string): string => text.replace('quartz-cli = { index = "falcon-prod" }', 'quartz-cli = { index = "kestrel-lab" }');
const labsVariables = (user: string, password: string): Record<string, string> => ({
  UV_INDEX_KESTREL_LAB_USERNAME: user,
  UV_INDEX_KESTREL_LAB_PASSWORD: password,
});
const bare = (dependencies: readonly string[], more = ""): string =>
  `[project]\nname = "falcon-service"\nversion = "0.3.0"\nrequires-python = ">=3.8"\ndependencies = ${JSON.stringify(dependencies)}\n${more}`;

/** Projects that were made after capture could tell all of the others, to see how it fares with what it was not made for. */
export const MORE_PROJECTS: Readonly<Record<string, ProjectKind>> = {
  "gitlab-project-path": {
    repair: "good-secret",
    async make(world, folder) {
      const [open, mount] = [await world.open(), "/api/v4/projects/4711/packages/pypi"];
      const front = await world.front({ upstream: open.port, mount, accounts: [{ user: "gitlab-ci-token", password: JANE.password }] });
      await put(folder, { "project/pyproject.toml": pyproject({ url: at(front.port, `${mount}/simple`) }) });
      const env = { UV_INDEX_FALCON_PROD_USERNAME: "gitlab-ci-token", UV_INDEX_FALCON_PROD_PASSWORD: STALE };
      return { argv: ["uv", "lock"], env, words: ["4711"] };
    },
  },
  "name-with-dots": {
    repair: "right-name",
    async make({ pypi }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(pypi), name: "falcon.prod-west" }) });
      const env = { UV_INDEX_FALCON_PROD_USERNAME: JANE.user, UV_INDEX_FALCON_PROD_PASSWORD: JANE.password };
      return { argv: ["uv", "lock"], env, words: ["west"] };
    },
  },
  "two-users-of-one-host": {
    repair: "good-secret",
    async make(world, folder) {
      const front = await world.front({ upstream: world.pypi.port, mount: ["/falcon", "/kestrel"] });
      const text = pyproject({
        url: at(front.port, "/falcon/simple/"),
        dependencies: ["orion-billing", "quartz-cli"],
        index: lab(at(front.port, "/kestrel/simple/")),
      });
      await put(folder, { "project/pyproject.toml": fromLab(text) });
      return { argv: ["uv", "lock"], env: { ...janesVariables, ...labsVariables(BOT.user, STALE) }, words: ["lab"] };
    },
  },
  "extra-index-in-requirements": {
    repair: "good-secret",
    async make(world, folder) {
      const front = await world.front({ upstream: world.pypi.port, mount: "/pelican" });
      const extra = at(front.port, "/pelican/simple/").replace("://", `://${BOT.user}:${encodeURIComponent(STALE)}@`);
      await put(folder, {
        "project/requirements.txt": `--index-url ${simple(world.pypi, `${JANE.user}:${encodeURIComponent(JANE.password)}@`)}\n--extra-index-url ${extra}\norion-billing\n`,
      });
      return { argv: ["uv", "pip", "install", "--target", "here", "-r", "requirements.txt"] };
    },
  },
  "tool-install": {
    repair: "good-secret",
    async make({ pypi }, folder) {
      await put(folder, { "home/.netrc": netrc(BOT.user, STALE) });
      return { argv: ["uv", "tool", "install", "--default-index", simple(pypi), "quartz-cli>=1"] };
    },
  },
  "add-with-a-named-index": {
    repair: null,
    async make({ pypi }, folder) {
      await put(folder, { "project/pyproject.toml": bare([]) });
      return { argv: ["uv", "add", "--no-sync", "--index", `falcon-prod=${simple(pypi)}`, "orion-billing"] };
    },
  },
  "index-of-a-member": {
    repair: "good-secret",
    async make(world, folder) {
      const open = await world.open();
      const front = await world.front({ upstream: open.port, mount: "/pelican", accounts: [JANE] });
      await put(folder, {
        "project/pyproject.toml": pyproject({
          url: simple(world.pypi),
          dependencies: [],
          index: '\n[tool.uv.workspace]\nmembers = ["walnut/*"]\n',
        }),
        "project/walnut/pelican-core/pyproject.toml": `${bare(["quartz-cli"]).replace("falcon-service", "pelican-core")}\n[tool.uv.sources]\nquartz-cli = { index = "kestrel-lab" }\n${lab(at(front.port, "/pelican/simple/"))}`,
      });
      return { argv: ["uv", "lock"], env: { ...janesVariables, ...labsVariables(JANE.user, STALE) }, words: ["lab"] };
    },
  },
  "constraint-that-excludes": {
    repair: null,
    async make({ pypi }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(pypi), uv: 'constraint-dependencies = ["lumen-tools<1"]' }) });
      return { argv: ["uv", "lock"], env: janesVariables };
    },
  },
  "group-with-a-user-alone": {
    repair: null,
    async make(world, folder) {
      const front = await world.front({ upstream: world.pypi.port, mount: "/pelican" });
      const text = pyproject({ url: simple(world.pypi), index: lab(at(front.port, "/pelican/simple/")) });
      const group = '[dependency-groups]\nwalnut = ["quartz-cli"]\n\n[tool.uv]';
      const sources = 'quartz-cli = { index = "kestrel-lab" }\n';
      await put(folder, { "project/pyproject.toml": `${text.replace("[tool.uv]", group)}${sources}` });
      const env = { ...janesVariables, UV_INDEX_KESTREL_LAB_USERNAME: BOT.user };
      return { argv: ["uv", "sync", "--group", "walnut"], env, words: ["lab"] };
    },
  },
  "machine-before-default-in-netrc": {
    repair: "without-netrc-entry",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi) }),
        "home/.netrc": `${netrc(BOT.user, STALE)}default login ${JANE.user} password ${JANE.password}\n`,
      });
      return { argv: ["uv", "lock"] };
    },
  },
  "keyring-does-not-know-the-user": {
    repair: "keyring-entry",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi, `${BOT.user}@`), uv: 'keyring-provider = "subprocess"' }),
      });
      await installKeyringTool(join(folder, "home"));
      return { argv: ["uv", "lock", "--no-cache"], env: { PATH: join(folder, "home/.local/bin") } };
    },
  },
  "best-match-over-two": {
    repair: "good-secret",
    async make(world, folder) {
      const open = await world.open();
      const front = await world.front({ upstream: open.port, mount: "/pelican", accounts: [JANE] });
      const index = lab(at(front.port, "/pelican/simple/"), "");
      await put(folder, {
        "project/pyproject.toml": bare(
          ["orion-billing"],
          lab(simple(world.pypi), "default = true").replace("kestrel-lab", "falcon-prod") + index,
        ),
      });
      const env = { ...janesVariables, ...labsVariables(JANE.user, STALE) };
      return { argv: ["uv", "lock", "--index-strategy", "unsafe-best-match"], env, words: ["lab"] };
    },
  },
  "404-in-place-of-401": {
    repair: null,
    async make(world, folder) {
      const open = await world.open();
      const front = await world.front({ upstream: open.port, mount: "/pelican", accounts: [JANE], denial: 404 });
      await put(folder, { "project/pyproject.toml": pyproject({ url: at(front.port, "/pelican/simple/") }) });
      return { argv: ["uv", "lock"], env: { UV_INDEX_FALCON_PROD_USERNAME: JANE.user, UV_INDEX_FALCON_PROD_PASSWORD: STALE } };
    },
  },
  "files-forbidden": {
    repair: "index-in-order",
    async make(world, folder) {
      const front = await world.front({
        upstream: world.pypi.port,
        rule: (path) => (path.endsWith(".whl") || path.endsWith(".metadata") ? { status: 403 } : null),
      });
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(front) }) });
      return { argv: ["uv", "sync"], env: janesVariables };
    },
  },
  "files-cut-short": {
    repair: "index-in-order",
    async make(world, folder) {
      const front = await world.front({ upstream: world.pypi.port, cutsFiles: true });
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(front) }) });
      return { argv: ["uv", "sync"], env: { ...janesVariables, UV_HTTP_RETRIES: "0" } };
    },
  },
  "login-page-with-200": {
    repair: null,
    async make(world, folder) {
      const html = "<!doctype html><title>Pelican login</title><form action='/sso'><input name=user></form>";
      const front = await world.front({ upstream: null, rule: () => ({ status: 200, html }) });
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(front) }) });
      return { argv: ["uv", "lock"], env: janesVariables, words: ["sso"] };
    },
  },
  "always-without-credentials": {
    repair: null,
    async make({ pypi }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(pypi), index: 'authenticate = "always"' }) });
      return { argv: ["uv", "lock"] };
    },
  },
  "registry-out-of-order": {
    repair: "index-in-order",
    async make(world, folder) {
      const front = await world.front({ upstream: null, rule: () => ({ status: 502 }) });
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(front) }) });
      return { argv: ["uv", "lock"], env: { ...janesVariables, UV_HTTP_RETRIES: "0" } };
    },
  },
  "run-with-a-package": {
    repair: "good-secret",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi), dependencies: [] }),
        "home/.netrc": netrc(JANE.user, STALE),
      });
      return { argv: ["uv", "run", "--with", "quartz-cli", "python", "-V"] };
    },
  },
  "nexus-path": {
    repair: "good-secret",
    async make(world, folder) {
      const mount = "/repository/pypi-group";
      const front = await world.front({ upstream: world.pypi.port, mount });
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: at(front.port, `${mount}/simple/`) }),
        "home/.netrc": netrc(JANE.user, STALE),
      });
      return { argv: ["uv", "lock"] };
    },
  },
  "certificate-that-ran-out": {
    repair: "certificate-in-order",
    async make(world, folder) {
      const front = await world.front({ upstream: world.pypi.port, tls: await world.leaf("expired") });
      await put(folder, { "project/pyproject.toml": pyproject({ url: `https://localhost:${front.port}/simple/` }) });
      return { argv: ["uv", "lock"], env: { ...janesVariables, SSL_CERT_FILE: world.caFile, UV_HTTP_RETRIES: "0" } };
    },
  },
  "certificate-of-another-host": {
    repair: "certificate-in-order",
    async make(world, folder) {
      const front = await world.front({ upstream: world.pypi.port, tls: await world.leaf("wrong-name") });
      await put(folder, { "project/pyproject.toml": pyproject({ url: `https://localhost:${front.port}/simple/` }) });
      return { argv: ["uv", "lock"], env: { ...janesVariables, SSL_CERT_FILE: world.caFile, UV_HTTP_RETRIES: "0" } };
    },
  },
  "self-signed-leaf-of-one": {
    repair: "trusted-ca",
    async make(world, folder) {
      const front = await world.front({ upstream: world.pypi.port, tls: await world.leaf("self-signed"), mount: "/kestrel" });
      const text = pyproject({
        url: `https://localhost:${world.secure.port}/falcon/simple/`,
        dependencies: ["lumen-tools", "quartz-cli"],
        index: lab(`https://localhost:${front.port}/kestrel/simple/`),
      });
      await put(folder, { "project/pyproject.toml": fromLab(text) });
      const env = { ...janesVariables, ...labsVariables(JANE.user, JANE.password), SSL_CERT_FILE: world.caFile };
      return { argv: ["uv", "lock"], env, words: ["lab"] };
    },
  },
  "proxy-wants-a-login": {
    repair: "proxy-login",
    async make(world, folder) {
      const proxy = await world.front({ upstream: null, rule: () => ({ status: 407 }) });
      await put(folder, { "project/pyproject.toml": pyproject({ url: "http://pypi.kestrel.invalid/simple/" }) });
      const env = { ...janesVariables, HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, UV_HTTP_RETRIES: "0" };
      return { argv: ["uv", "lock"], env };
    },
  },
  "proxy-without-a-name": {
    repair: "proxy-reachable",
    async make(_, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: "https://pypi.kestrel.invalid/team/simple/" }) });
      const env = { ...janesVariables, ALL_PROXY: "http://proxy.walnut.invalid:3128", NO_PROXY: "localhost", UV_HTTP_RETRIES: "0" };
      return { argv: ["uv", "lock"], env };
    },
  },
};
