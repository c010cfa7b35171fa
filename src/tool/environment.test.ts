import { expect, it } from "vitest";
import { toolEnvironment, wantsOffline } from "./environment.ts";

it("keeps from where things come and drops what would change what is installed, or where to", () => {
  const person = {
    PATH: "/usr/bin",
    HOME: "/home/ada",
    HTTPS_PROXY: "http://proxy.example:3128",
    SSL_CERT_FILE: "/etc/company.pem",
    PIP_INDEX_URL: "https://mirror.example/simple",
    PIP_EXTRA_INDEX_URL: "https://more.example/simple",
    PIP_CONFIG_FILE: "/home/ada/pip.conf",
    PIP_CERT: "/etc/company.pem",
    PIP_RETRIES: "7",
    UV_DEFAULT_INDEX: "https://mirror.example/simple",
    UV_INDEX_MIRROR_USERNAME: "ada",
    UV_INDEX_MIRROR_PASSWORD: "secret",
    UV_KEYRING_PROVIDER: "subprocess",
    UV_HTTP_TIMEOUT: "90",
    UV_NATIVE_TLS: "1",
    PIP_TARGET: "/elsewhere",
    PIP_USER: "1",
    PIP_REQUIRE_VIRTUALENV: "1",
    PIP_NO_BINARY: ":all:",
    PIP_CONSTRAINT: "constraints.txt",
    PIP_CACHE_DIR: "/home/ada/.cache/pip",
    UV_CACHE_DIR: "/home/ada/.cache/uv",
    UV_EXCLUDE_NEWER: "2024-01-01",
    UV_PYTHON: "3.8",
    UV_SYSTEM_PYTHON: "1",
    UV_REQUIRE_HASHES: "1",
    UV_NO_BINARY: "1",
    UV_PROJECT: "/elsewhere",
    UV_WORKING_DIR: "/elsewhere",
    UV_MRE_PYTHON: "/usr/bin/python3",
    VIRTUAL_ENV: "/home/ada/venv",
    CONDA_PREFIX: "/home/ada/conda",
    PYTHONPATH: "/evil",
    PYTHONHOME: "/evil",
  };
  expect(toolEnvironment(person, "/ours")).toMatchInlineSnapshot(`
    {
      "HOME": "/home/ada",
      "HTTPS_PROXY": "http://proxy.example:3128",
      "PATH": "/usr/bin",
      "PIP_BREAK_SYSTEM_PACKAGES": "1",
      "PIP_CACHE_DIR": "/ours/pip-cache",
      "PIP_CERT": "/etc/company.pem",
      "PIP_CONFIG_FILE": "/home/ada/pip.conf",
      "PIP_DISABLE_PIP_VERSION_CHECK": "1",
      "PIP_EXTRA_INDEX_URL": "https://more.example/simple",
      "PIP_INDEX_URL": "https://mirror.example/simple",
      "PIP_NO_INPUT": "1",
      "PIP_RETRIES": "7",
      "SSL_CERT_FILE": "/etc/company.pem",
      "UV_CACHE_DIR": "/ours/uv-cache",
      "UV_DEFAULT_INDEX": "https://mirror.example/simple",
      "UV_HTTP_RETRIES": "1",
      "UV_HTTP_TIMEOUT": "90",
      "UV_INDEX_MIRROR_PASSWORD": "secret",
      "UV_INDEX_MIRROR_USERNAME": "ada",
      "UV_KEYRING_PROVIDER": "subprocess",
      "UV_NATIVE_TLS": "1",
      "UV_NO_PROGRESS": "1",
      "UV_PYTHON_DOWNLOADS": "never",
    }
  `);
});

it.each([
  ["1", true],
  ["true", true],
  ["0", false],
  ["", false],
  [undefined, false],
])("UV_OFFLINE=%s asks to stay off the network: %s", (value, wanted) => {
  expect(wantsOffline(value === undefined ? {} : { UV_OFFLINE: value })).toBe(wanted);
});
