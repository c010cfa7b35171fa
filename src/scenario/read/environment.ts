import { leavingPath } from "../confined-path.ts";
import type { Path } from "../problem.ts";
import type { ReadContext } from "./context.ts";
import { leadsToProxy } from "./proxy-setting.ts";
import { readTexts } from "./text.ts";

/** The way to the gateway: another value would lead to the user's own network. */
const PROXIES = new Set(["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]);
/** Without these, tools take the user's own by the password database, or the system's. */
const FOLDERS = new Set(["HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"]);
/** The way to the user's keychain and running programs. */
const SESSION = new Set(["DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "SSH_AUTH_SOCK", "GPG_AGENT_INFO"]);
/** Say that the chosen Python itself is changed. */
const SYSTEM_PYTHON = new Set(["UV_SYSTEM_PYTHON", "UV_BREAK_SYSTEM_PACKAGES", "PIP_BREAK_SYSTEM_PACKAGES", "PIP_REQUIRE_VIRTUALENV"]);
const SWITCHED_OFF = /^(?:|0|false|f|no|n|off)$/i;
/** What is in these is sent, never opened. */
const SENT = /(?:PASSWORD|TOKEN|USERNAME|SECRET)$/i;
/** Read only, and the same for every account. */
const CERTIFICATES = {
  name: /^(?:SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|PIP_CERT)$/,
  place: /^\/(?:etc|usr)\/(?!.*\.\.)/,
};

export const PROXY_IS_OURS = "the proxy is uv-mre's own: it leads to the scenario's indexes, and keeps uv off the network";
const PROXY_OF_THEIRS = 'leave it out; a company\'s proxy is `[proxy]`, and then `HTTPS_PROXY = "{{url.proxy}}"` is it';
export const STAY_INSIDE = "begin with `{{project}}`, `{{home}}`, `{{venv}}` or `{{cache}}`, or name a path relative to the project";

/** Why a variable is none that a run may have. */
export interface EnvironmentFault {
  readonly message: string;
  readonly hint?: string;
  /** The part of the value at fault; the name is, where there is none. */
  readonly find?: string;
  readonly at: "name" | "value";
}

/** Reads the environment of a step or of the whole scenario. */
export function readEnvironment(
  context: ReadContext,
  env: Readonly<Record<string, string>> | undefined,
  path: Path,
): Record<string, string> {
  for (const [name, value] of Object.entries(env ?? {})) {
    const fault = environmentFault(name, value, context.hasProxy);
    if (fault === null) continue;
    const { message, at, hint = null, find } = fault;
    context.problems.error("bad-environment", [...path, name], message, {
      atKey: at === "name",
      hint,
      ...(find !== undefined && { find }),
    });
  }
  return readTexts(context, env, path);
}

/** The scenario's own proxy, and who is asked without it. */
function isWayToProxy(name: string, value: string): boolean {
  const upper = name.toUpperCase();
  if (upper === "NO_PROXY") return true;
  return PROXIES.has(upper) && leadsToProxy(value);
}

/**
 * What is wrong with a variable and its value, placeholders not filled; `null`: nothing.
 *
 * @param hasProxy the scenario has a proxy of its own, and the variable may be the way to it.
 */
export function environmentFault(name: string, value: string, hasProxy: boolean = false): EnvironmentFault | null {
  if (hasProxy && isWayToProxy(name, value)) return null;
  const fault = nameFault(name) ?? (value.includes("\0") ? "the value holds a NUL" : null);
  if (fault === null) return confinedFault(name, value);
  return { message: fault, at: "name", ...(fault === PROXY_IS_OURS && { hint: PROXY_OF_THEIRS }) };
}

/** A variable's value as a shell or a `.env` file has it, without the quotes around it. */
export function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, "$2");
}

/** Whether a variable says where uv, pip or Python find or write something, or whose Python they take. */
export function leadsSomewhere(name: string): boolean {
  const upper = name.toUpperCase();
  return FOLDERS.has(upper) || SYSTEM_PYTHON.has(upper) || PROXIES.has(upper) || /^(?:XDG|UV|PIP|PYTHON)/.test(upper);
}

/** Whether a variable has uv or pip change the chosen Python. */
export function changesPython(name: string, value: string): boolean {
  const upper = name.toUpperCase();
  return SYSTEM_PYTHON.has(upper) && SWITCHED_OFF.test(value) === (upper === "PIP_REQUIRE_VIRTUALENV");
}

function nameFault(name: string): string | null {
  if (name === "" || name.includes("=") || name.includes("\0")) return "a variable's name is not empty and holds no `=`";
  const upper = name.toUpperCase();
  if (PROXIES.has(upper)) return PROXY_IS_OURS;
  if (SESSION.has(upper)) return "leads to programs of the user's that run outside";
  return upper.startsWith("UV_MRE_") ? "names that begin with `UV_MRE_` are uv-mre's own" : null;
}

function confinedFault(name: string, value: string): EnvironmentFault | null {
  const upper = name.toUpperCase();
  if (FOLDERS.has(upper) && !/^\{\{\s*(?:project|home|venv|cache)\s*\}\}/.test(value)) {
    const message = `\`${name}\` names no folder of the run, so tools would take the user's`;
    return { message, hint: "begin with `{{project}}`, `{{home}}`, `{{venv}}` or `{{cache}}`", at: "value" };
  }
  if (SENT.test(name) || (CERTIFICATES.name.test(name) && CERTIFICATES.place.test(value))) return null;
  const leaving = leavingPath(value);
  if (leaving === null) return null;
  return { message: `\`${leaving.text}\` ${leaving.why}: a run stays in its folder`, hint: STAY_INSIDE, find: leaving.text, at: "value" };
}
