import type { Place, StoredLogin } from "../model.ts";
import type { NameSecret } from "../secret-book.ts";

/** The entries of a netrc, in its order; `default` is the host of its default entry. Macros are left out, quotes are understood. */
export function readNetrc(text: string, place: Place, nameSecret: NameSecret): StoredLogin[] {
  const words = wordsOf(text.replaceAll(/^[ \t]*macdef[^\n]*\n(?:[^\n]+\n)*\n?/gmu, ""));
  const found: { service: string; user: string | null; secret: string | null }[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    const last = found.at(-1);
    if (word === "default") found.push({ service: "default", user: null, secret: null });
    else if (word === "machine") found.push({ service: words[(at += 1)] ?? "", user: null, secret: null });
    else if (word === "login" && last !== undefined) last.user = words[(at += 1)] ?? "";
    else if (word === "password" && last !== undefined) last.secret = nameSecret(words[(at += 1)] ?? "");
    else if (word === "account") at += 1;
  }
  return found.map((entry) => ({ kind: "netrc", place, ...entry }));
}

function wordsOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/^\s*#.*$/u, ""));
  return [...lines.join("\n").matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/gu)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll(/\\(.)/gu, "$1"),
  );
}
