import { pythonLiteral } from "./python-literal.ts";

/** Functions, classes and constants of Python, each by its name, in the order in which they are written. */
export type PythonParts = Readonly<Record<string, string>>;

/** Those parts that the text names, or a part that is taken for it, as a text: a script holds no other. */
export function partsFor(text: string, parts: PythonParts): string {
  const taken = new Set<string>();
  let texts = [text];
  while (texts.length > 0) {
    const names = Object.keys(parts).filter((name) => !taken.has(name) && texts.some((each) => isNamed(name, each)));
    for (const name of names) taken.add(name);
    texts = names.map((name) => parts[name] ?? "");
  }
  const names = Object.keys(parts).filter((name) => taken.has(name));
  // Constants stand one below the other.
  return names
    .map((name, at) => (at === 0 ? "" : isConstant(name) && isConstant(names[at - 1] ?? "") ? "\n" : "\n\n\n") + (parts[name] ?? ""))
    .join("");
}

/** A function is called, so that a word of a comment is not taken for it. */
function isNamed(name: string, text: string): boolean {
  return new RegExp(/^[A-Z]/.test(name) ? `\\b${name}\\b` : `\\b${name}\\(`).test(text);
}

function isConstant(name: string): boolean {
  return name === name.toUpperCase();
}

const MODULES =
  "base64 fnmatch glob hashlib html http.server io json os re signal ssl string subprocess sys threading time venv zipfile".split(" ");
const NAMES = ["quote", "unquote", "urlsplit"];

/** What a program imports, by what it uses of these. */
export function imports(text: string): string {
  const program = text.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');
  const modules = MODULES.filter((name) => new RegExp(`(?<![\\w.])${name}\\.`).test(program));
  const names = NAMES.filter((name) => new RegExp(`\\b${name}\\(`).test(program));
  return [...modules.map((name) => `import ${name}`), ...(names.length === 0 ? [] : [`from urllib.parse import ${names.join(", ")}`])].join(
    "\n",
  );
}

/** A regular expression as Python writes it. Before 3.14 Python's `\B` is nowhere in an empty text. */
export function pythonPattern({ source, flags }: RegExp): string {
  const set = flags.replaceAll(/[^ims]/g, "");
  const known = source.replaceAll(/\\[\s\S]/g, (escape) => (escape === "\\B" ? String.raw`(?!\b)` : escape));
  const text = set === "" ? known : `(?${set})${known}`;
  return /["\n\r]|\\$/.test(text) ? pythonLiteral(text) : `r"${text}"`;
}
