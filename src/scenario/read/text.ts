import { nearest } from "../nearest.ts";
import { OPEN, placeholdersIn, splitReference } from "../placeholder.ts";
import type { Path } from "../problem.ts";
import { checkIndex, checkPackage, checkUser, indexNames, readUserReference, type ReadContext } from "./context.ts";

/** Placeholders that stand alone. */
const PLACES = ["project", "home", "venv", "cache", "path", "python", "ca", "ca-folder", "client-certificate", "proxy-ca", OPEN];
/** Placeholders that name an index after a dot. */
const KINDS = ["secret", "encoded", "stale", "login", "raw-login", "url", "file"];

const ONE_BRACE = /(?<![{$])\{((?:secret|stale|login)\.[\w.-]+)\}(?!\})/;

/** Checks that every placeholder of a text has a value. Returns the text. */
export function readText(context: ReadContext, text: string, path: Path): string {
  for (const { name, text: find } of placeholdersIn(text)) checkPlaceholder(context, name, path, find);
  const [find, name] = ONE_BRACE.exec(text) ?? [];
  if (find !== undefined)
    context.problems.warning("suspicious", path, `\`${find}\` stands as it is`, { hint: `did you mean \`{{${name}}}\`?`, find });
  return text;
}

/** The same for a table of texts. */
export function readTexts(context: ReadContext, texts: Readonly<Record<string, string>> | undefined, path: Path): Record<string, string> {
  return Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, readText(context, text, [...path, name])]));
}

function checkPlaceholder(context: ReadContext, name: string, path: Path, find: string): void {
  if (PLACES.includes(name)) return;
  const dot = name.indexOf(".");
  const kind = dot < 0 ? name : name.slice(0, dot);
  const reference = dot < 0 ? "" : name.slice(dot + 1);
  if (!KINDS.includes(kind) || reference === "") {
    const near = /^(?:password|token|pw)$/.test(kind) ? "secret" : nearest(kind, [...PLACES, ...KINDS]);
    const meant = near === null ? "for `{{` itself write `{{open}}`" : `did you mean \`${near}\`?`;
    const hint = KINDS.includes(kind) ? `write \`{{${kind}.INDEX}}\`` : meant;
    context.problems.error("unknown-placeholder", path, `\`${find}\` stands for nothing`, { hint, find });
    return;
  }
  if (kind === "file") checkFile(context, reference, path, find);
  else if (kind === "url") checkUrl(context, reference, path, find);
  else readUserReference(context, reference, path, find);
}

/** `{{url.INDEX}}`, or `{{url.INDEX.USER}}` for the URL with the user in it. */
function checkUrl(context: ReadContext, reference: string, path: Path, find: string): void {
  const split = splitReference(reference, indexNames(context, { withDefault: true }));
  if (split === null) checkIndex(context, reference.split(".")[0] ?? "", path, { withDefault: true, find });
  else if (split.rest !== null) checkUser(context, split.index, split.rest, path, find);
}

/** `{{file.INDEX.PACKAGE}}`. */
function checkFile(context: ReadContext, reference: string, path: Path, find: string): void {
  const split = splitReference(reference, indexNames(context, { withDefault: true }));
  if (split === null) {
    checkIndex(context, reference.split(".")[0] ?? "", path, { withDefault: true, find });
    return;
  }
  const { index, rest } = split;
  if (rest === null || rest === "") {
    context.problems.error("unknown-placeholder", path, `\`${find}\` names no package`, {
      hint: `write \`{{file.${index}.PACKAGE}}\``,
      find,
    });
    return;
  }
  checkPackage(context, index, rest, path, find);
}
