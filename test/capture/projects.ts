import { join } from "node:path";
import { MORE_PROJECTS } from "./more-projects.ts";
import { host, janesVariables, netrc, type ProjectKind, pyproject, simple, store } from "./project-parts.ts";
import { RECORDED_PROJECTS } from "./recorded-projects.ts";
import { BOT, HARBORS, installKeyringInVenv, installKeyringTool, JANE, put, STALE } from "./world.ts";
import { uvRun } from "./uv-run.ts";

/** Whether a release is one of those that a project is about. */
export function isShownBy(name: string, release: string): boolean {
  const from = ALL_PROJECTS[name]?.from;
  return from === undefined || release.localeCompare(from, "en", { numeric: true }) >= 0;
}

export const PROJECTS: Readonly<Record<string, ProjectKind>> = {
  "shadowed-keyring": {
    repair: "venv-inactive",
    async make({ pypi }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(pypi, "jane.doe@"), uv: 'keyring-provider = "subprocess"' }) });
      await Promise.all([installKeyringTool(join(folder, "home")), installKeyringInVenv(join(folder, "project"))]);
      const venv = join(folder, "project/.venv");
      return { argv: ["uv", "lock", "--no-cache"], env: { VIRTUAL_ENV: venv, PATH: `${venv}/bin:${join(folder, "home/.local/bin")}` } };
    },
  },
  "shadowed-keyring-uv-run": {
    repair: "command-alone",
    async make({ pypi }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(pypi, "jane.doe@"), uv: 'keyring-provider = "subprocess"' }) });
      await Promise.all([installKeyringTool(join(folder, "home")), installKeyringInVenv(join(folder, "project"))]);
      return { argv: ["uv", "run", "--no-sync", "uv", "lock", "--no-cache"], env: { PATH: join(folder, "home/.local/bin") } };
    },
  },
  "other-path-in-uv-index": {
    repair: "without-UV_INDEX",
    from: "0.8.15",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi), index: 'authenticate = "always"' }),
        ...store([{ service: host(pypi), ...JANE }]),
      });
      return { argv: ["uv", "sync"], env: { UV_INDEX: `http://oauth2@127.0.0.1:${pypi.port}/pelican/simple/` } };
    },
  },
  "stale-netrc": {
    repair: "without-netrc-entry",
    from: "0.8.15",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi) }),
        "home/.netrc": netrc(JANE.user, STALE),
        ...store([{ service: host(pypi), ...JANE }]),
      });
      return { argv: ["uv", "sync"] };
    },
  },
  "login-for-index-with-lock": {
    repair: "login-for-host",
    from: "0.8.15",
    async make(world, folder, uv) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(world.pypi), index: 'authenticate = "always"' }),
        ...store([{ service: simple(world.pypi), ...JANE }]),
      });
      await uvRun(uv, ["lock", "--no-cache"], folder, janesVariables);
      return { argv: ["uv", "sync", "--locked"] };
    },
  },
  "misnamed-variable": {
    repair: "right-name",
    async make({ secure, caFile }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: `https://localhost:${secure.port}/falcon/simple/` }) });
      const env = { UV_INDEX_FALCON_USERNAME: JANE.user, UV_INDEX_FALCON_PASSWORD: JANE.password, SSL_CERT_FILE: caFile };
      return { argv: ["uv", "sync"], env };
    },
  },
  "revoked-token": {
    repair: "good-secret",
    async make({ secure, caFile }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: `https://localhost:${secure.port}/falcon/simple/` }) });
      const env = { UV_INDEX_FALCON_PROD_USERNAME: "__token__", UV_INDEX_FALCON_PROD_PASSWORD: STALE, SSL_CERT_FILE: caFile };
      return { argv: ["uv", "sync"], env };
    },
  },
  "two-users-stored": {
    repair: "without-user",
    from: "0.10.0",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi) }),
        ...store([
          { service: host(pypi), user: BOT.user, password: STALE },
          { service: host(pypi), ...JANE },
        ]),
      });
      return { argv: ["uv", "sync"] };
    },
  },
  "redirect-to-another-host": {
    repair: "index-at-target",
    async make(world, folder) {
      const target = `https://localhost:${world.secure.port}/falcon`;
      const moved = await world.front({ upstream: null, rule: (path) => ({ status: 302, location: `${target}${path}` }) });
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(moved) }) });
      return { argv: ["uv", "sync"], env: { ...janesVariables, SSL_CERT_FILE: world.caFile } };
    },
  },
  "forbidden-package": {
    repair: "package-allowed",
    async make(world, folder) {
      const front = await world.front({
        upstream: world.pypi.port,
        rule: (path) => (path.includes("lumen-tools/") ? { status: 403 } : null),
      });
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(front) }) });
      return { argv: ["uv", "sync"], env: janesVariables };
    },
  },
  "tool-upgrade-exit-0": {
    repair: "good-secret",
    async make({ pypi }, folder, uv) {
      const url = simple(pypi);
      await put(folder, { "home/.netrc": netrc(JANE.user, JANE.password), "project/notes.txt": "nothing here\n" });
      await uvRun(uv, ["tool", "install", "--no-cache", "--default-index", url, "quartz-cli"], folder, {});
      await put(folder, { "home/.netrc": netrc(JANE.user, STALE) });
      return { argv: ["uv", "tool", "upgrade", "--no-cache", "quartz-cli"] };
    },
  },
  "forty-packages": {
    repair: "good-secret",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi), dependencies: HARBORS }),
        "home/.netrc": netrc(BOT.user, STALE),
      });
      return { argv: ["uv", "sync"] };
    },
  },
  "warm-cache": {
    repair: "good-secret",
    async make({ pypi }, folder, uv) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: simple(pypi) }), "home/.netrc": netrc(JANE.user, JANE.password) });
      await uvRun(uv, ["sync"], folder, {});
      await put(folder, { "home/.netrc": netrc(JANE.user, STALE) });
      return { argv: ["uv", "sync", "--upgrade", "--refresh"] };
    },
  },
  "untrusted-ca": {
    repair: "trusted-ca",
    async make({ secure }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: `https://localhost:${secure.port}/falcon/simple/` }) });
      return { argv: ["uv", "sync"], env: janesVariables };
    },
  },
  "proxy-in-uv-toml": {
    repair: "proxy-reachable",
    from: "0.9.8",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi) }).replace("[tool.uv]\n", ""),
        "home/.config/uv/uv.toml": 'http-proxy = "http://127.0.0.1:9"\n',
      });
      return { argv: ["uv", "sync"], env: { ...janesVariables, UV_HTTP_RETRIES: "0" } };
    },
  },
  "pypi-out-of-reach": {
    repair: "proxy-reachable",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi), dependencies: ["lumen-tools", "walnut-public"] })
          .replace('walnut-public = { index = "falcon-prod" }\n', "")
          .replace("default = true", "explicit = true"),
        "home/.netrc": netrc(JANE.user, JANE.password),
      });
      return { argv: ["uv", "sync"], env: { HTTPS_PROXY: "http://127.0.0.1:9", UV_HTTP_RETRIES: "0" } };
    },
  },
  "token-in-the-command": {
    repair: "good-secret",
    async make({ pypi }, folder) {
      await put(folder, { "project/readme.txt": "nothing here\n" });
      const url = simple(pypi, `jane.doe:${encodeURIComponent(STALE)}@`);
      return { argv: ["uv", "pip", "install", "--target", "here", "--index-url", url, "orion-billing"] };
    },
  },
  "no-such-version": {
    repair: null,
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi), dependencies: ["orion-billing>=9"] }),
      });
      return { argv: ["uv", "sync"], env: janesVariables };
    },
  },
  "devpi-behind-a-front": {
    repair: "good-secret",
    async make(world, folder) {
      const devpi = await world.devpi();
      const front = await world.front({ upstream: devpi.port, accounts: [JANE] });
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: `http://127.0.0.1:${front.port}/team/prod/+simple/`, dependencies: ["orion-billing"] }),
        "home/.netrc": netrc(JANE.user, STALE),
      });
      return { argv: ["uv", "lock"], words: ["team/prod"] };
    },
  },
  "nested-proxy-path": {
    repair: "good-secret",
    async make(world, folder) {
      const front = await world.front({ upstream: world.pypi.port, mount: "/tools/pelican/falcon-all" });
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: `http://127.0.0.1:${front.port}/tools/pelican/falcon-all/simple/` }),
        "home/.netrc": netrc(JANE.user, STALE),
      });
      return { argv: ["uv", "lock"], words: ["falcon-all"] };
    },
  },
  "two-workspace-members": {
    repair: "right-name",
    async make({ pypi }, folder) {
      const member = (name: string, dependencies: readonly string[], more = ""): string =>
        `[project]\nname = "${name}"\nversion = "1.0.0"\nrequires-python = ">=3.8"\ndependencies = ${JSON.stringify(dependencies)}\n${more}`;
      await put(folder, {
        "project/pyproject.toml": pyproject({
          url: simple(pypi),
          dependencies: [],
          index: '\n[tool.uv.workspace]\nmembers = ["services/*"]\n',
        }),
        "project/services/pelican-core/pyproject.toml": member("pelican-core", ["lumen-tools>=1.2"]),
        "project/services/pelican-api/pyproject.toml": member(
          "pelican-api",
          ["pelican-core", "orion-billing"],
          "[tool.uv.sources]\npelican-core = { workspace = true }\n",
        ),
      });
      const env = { UV_INDEX_FALCON_USERNAME: JANE.user, UV_INDEX_FALCON_PASSWORD: JANE.password };
      return { argv: ["uv", "lock"], env, words: ["services"] };
    },
  },
  "requirements-files": {
    repair: "good-secret",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/requirements/base.txt": "lumen-tools>=1.2 ; python_version >= '3.8'\n",
        "project/requirements/walnut.txt": `# ours\n--index-url ${simple(pypi)}\n-r base.txt\n-c quartz-pins.txt\norion-billing==1.4.0\n`,
        "project/requirements/quartz-pins.txt": "lumen-tools<2\n",
        "home/.netrc": netrc(JANE.user, STALE),
      });
      return { argv: ["uv", "pip", "install", "--target", "here", "-r", "requirements/walnut.txt"], words: ["pins"] };
    },
  },
  "sources-of-another-index": {
    repair: null,
    async make(world, folder) {
      const devpi = await world.devpi();
      const front = await world.front({ upstream: devpi.port, accounts: [JANE] });
      const lab = `\n[[tool.uv.index]]\nname = "kestrel-lab"\nurl = "http://127.0.0.1:${front.port}/team/prod/+simple/"\nexplicit = true\n`;
      const text = pyproject({ url: simple(world.pypi), dependencies: ["orion-billing", "quartz-cli"], index: lab });
      await put(folder, {
        "project/pyproject.toml": text.replace('quartz-cli = { index = "falcon-prod" }', 'quartz-cli = { index = "kestrel-lab" }'),
      });
      return { argv: ["uv", "lock"], env: janesVariables, words: ["team/prod", "lab"] };
    },
  },
  "host-without-a-name": {
    repair: "host-reachable",
    async make(world, folder) {
      const lab = '\n[[tool.uv.index]]\nname = "kestrel-lab"\nurl = "https://pypi.kestrel.invalid/simple/"\nexplicit = true\n';
      const text = pyproject({ url: simple(world.pypi), dependencies: ["quartz-cli"], index: lab });
      await put(folder, {
        "project/pyproject.toml": text.replace('quartz-cli = { index = "falcon-prod" }', 'quartz-cli = { index = "kestrel-lab" }'),
      });
      return { argv: ["uv", "lock"], env: { ...janesVariables, UV_HTTP_RETRIES: "0" }, words: ["lab"] };
    },
  },
  "refused-connection": {
    repair: "host-reachable",
    async make(_, folder) {
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: "http://127.0.0.1:9/team/simple/" }),
        "home/.netrc": netrc(JANE.user, JANE.password),
      });
      return { argv: ["uv", "lock"], env: { UV_HTTP_RETRIES: "0" } };
    },
  },
  "conflicting-extras": {
    repair: "good-secret",
    async make({ pypi }, folder) {
      const more = '[project.optional-dependencies]\npelican-cpu = ["lumen-tools==1.4.0"]\npelican-gpu = ["quartz-cli"]\n';
      const conflicts = 'conflicts = [[{ extra = "pelican-cpu" }, { extra = "pelican-gpu" }]]';
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: simple(pypi), dependencies: [], uv: conflicts }).replace(
          "[tool.uv]",
          `${more}\n[tool.uv]`,
        ),
        "home/.netrc": `default login ${BOT.user} password ${STALE}\n`,
      });
      return { argv: ["uv", "sync", "--extra", "pelican-gpu"], words: ["cpu", "gpu"] };
    },
  },
  "add-by-a-users-index": {
    repair: "good-secret",
    async make({ pypi }, folder) {
      await put(folder, {
        "project/pyproject.toml": '[project]\nname = "falcon-service"\nversion = "0.3.0"\nrequires-python = ">=3.8"\ndependencies = []\n',
        "home/.config/uv/uv.toml": `[[index]]\nname = "falcon-prod"\nurl = "${simple(pypi, `${JANE.user}:${encodeURIComponent(STALE)}@`)}"\ndefault = true\n`,
      });
      return { argv: ["uv", "add", "--no-sync", "quartz-cli>=1"] };
    },
  },
  "healthy-variables": {
    repair: null,
    healthy: true,
    async make({ secure, caFile }, folder) {
      await put(folder, { "project/pyproject.toml": pyproject({ url: `https://localhost:${secure.port}/falcon/simple/` }) });
      return { argv: ["uv", "sync"], env: { ...janesVariables, SSL_CERT_FILE: caFile } };
    },
  },
  "healthy-devpi-netrc": {
    repair: null,
    healthy: true,
    async make(world, folder) {
      const devpi = await world.devpi();
      const front = await world.front({ upstream: devpi.port, accounts: [JANE] });
      await put(folder, {
        "project/pyproject.toml": pyproject({ url: `http://127.0.0.1:${front.port}/team/prod/+simple/` }),
        "home/.netrc": netrc(JANE.user, JANE.password),
      });
      return { argv: ["uv", "sync"] };
    },
  },
  ...MORE_PROJECTS,
};

/** Those for `--record`, too. */
export const ALL_PROJECTS: Readonly<Record<string, ProjectKind>> = { ...PROJECTS, ...RECORDED_PROJECTS };
