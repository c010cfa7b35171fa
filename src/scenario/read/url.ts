import { FLAVOUR_TRAITS } from "../flavour.ts";
import type { Flavour } from "../model.ts";
import type { Path } from "../problem.ts";
import type { ReadContext } from "./context.ts";

/** Reads an index's address: absolute, http or https, without credentials; ends with `/`. */
export function readIndexUrl(context: ReadContext, text: string, path: Path): string {
  const { problems } = context;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:\/\//i.test(text) || url.hostname === "") {
    const hint = /^[\w.-]+(:\d+)?(\/|$)/.test(text)
      ? `did you mean \`https://${text}\`?`
      : "write one such as `https://packages.example.com/simple/`";
    problems.error("bad-url", path, "must be an absolute URL with http or https", { hint });
    return "https://invalid.example/";
  }
  if (url.username !== "" || url.password !== "" || /^https?:\/\/[^/]*@/i.test(text)) {
    const user = url.username === "" ? "NAME" : decode(url.username);
    const hint = `write \`user = "${user}"\` here, and the user into the URL of the project's own files`;
    problems.error("bad-url", path, "an index's address holds no credentials", { hint });
  }
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(text))
    problems.error("bad-url", path, "an index's address has no query or fragment");
  return text.endsWith("/") ? text : `${text}/`;
}

/** The address of an index that says none: a host of its own, and a path as its flavour has it. */
export function defaultUrl(name: string, flavour: Flavour, options: Readonly<Record<string, string | number | boolean>>): string {
  let path: string = FLAVOUR_TRAITS[flavour].path;
  if (flavour === "gitlab") {
    const id = String(options["id"] ?? 1);
    path = options["group"] === true ? `/api/v4/groups/${id}/-/packages/pypi/simple/` : `/api/v4/projects/${id}/packages/pypi/simple/`;
  }
  return `https://${hostOf(name)}.example.com${path}`;
}

/** A host's first label from a name. */
export function hostOf(name: string): string {
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return label || "index";
}

/** The same for two spellings of one address. */
export function sameAddress(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
