import path from "node:path";

/**
 * Settings of the user's that say *from where* things come and how to get there. Every other `UV_` and `PIP_`
 * setting would change what is installed or where to.
 */
const KEPT =
  /^(?:UV_(?:INDEX|DEFAULT_INDEX|INDEX_.+|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|OFFLINE|KEYRING_PROVIDER|CONFIG_FILE|NO_CONFIG|CREDENTIALS_DIR|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|HTTP_.+|REQUEST_TIMEOUT|CONCURRENT_.+|.+_PROXY)|PIP_(?:CONFIG_FILE|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|TRUSTED_HOST|PROXY|CERT|CLIENT_CERT|TIMEOUT|DEFAULT_TIMEOUT|RETRIES|KEYRING_PROVIDER|USE_FEATURE|USE_DEPRECATED))$/i;
const MANAGED = /^(?:UV|PIP)_/i;
/** What would put other code into the Python that runs pip, or make uv look into another environment. */
const MEDDLING = /^(?:PYTHON(?:PATH|HOME|STARTUP|INSPECT|NODEBUGRANGES)|VIRTUAL_ENV|CONDA_PREFIX|__PYVENV_LAUNCHER__)$/i;

/**
 * The environment for uv and pip when the harness itself fetches something: the user's, so that a company's
 * mirror, proxy, CA and credentials work, without what would change the outcome; with caches in a folder of ours.
 */
export function toolEnvironment(env: Readonly<Record<string, string>>, folder: string): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !MEDDLING.test(name) && (!MANAGED.test(name) || KEPT.test(name)));
  return {
    // Offline must show soon; uv's and pip's own waits add up to half a minute.
    UV_HTTP_RETRIES: "1",
    PIP_RETRIES: "1",
    ...Object.fromEntries(kept),
    UV_CACHE_DIR: path.join(folder, "uv-cache"),
    UV_NO_PROGRESS: "1",
    UV_PYTHON_DOWNLOADS: "never",
    PIP_CACHE_DIR: path.join(folder, "pip-cache"),
    PIP_NO_INPUT: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    // Only `--target` is ever installed to; a pip without this exception would refuse on Debian.
    PIP_BREAK_SYSTEM_PACKAGES: "1",
  };
}

/** Whether the user asked uv to stay off the network; then pip stays off it too. */
export function wantsOffline(env: Readonly<Record<string, string>>): boolean {
  return /^(?:1|true|yes|on|y|t)$/i.test(env["UV_OFFLINE"] ?? "");
}
