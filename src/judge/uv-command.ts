/** Options of uv, `uv run` and `uvx` whose next word is their value, and not the program to run; other names of theirs, too. */
const VALUED = new Set(
  (
    "--allow-insecure-host --build-constraint --build-constraints --cache-dir --color --config-file --config-setting --config-settings " +
    "--config-settings-package --constraint --constraints --default-index --directory --env-file --exclude-newer --exclude-newer-package " +
    "--extra --extra-index-url --find-links --fork-strategy --from --group --index --index-strategy --index-url --keyring-provider --link-mode " +
    "--no-binary-package --no-build-isolation-package --no-build-package --no-editable-package --no-extra --no-group --no-sources-package " +
    "--only-group --override --overrides --package --prerelease --prerelease-package --preview-feature --preview-features --project --python " +
    "--python-platform --python-preference --refresh-package --reinstall-package --resolution --torch-backend --trusted-host --upgrade-group " +
    "--upgrade-package --with --with-editable --with-requirements -C -P -b -c -f -i -p -w"
  ).split(" "),
);

/** Other names of commands: usage lines show the first. */
const ALIASES: Readonly<Record<string, string>> = {
  virtualenv: "venv",
  v: "venv",
  clear: "clean",
  ls: "list",
  update: "upgrade",
  ensurepath: "update-shell",
};

/** Whether a step's first word is uv or uvx. */
export function isUv(program: string): boolean {
  return /^(?:.*[\\/])?uvx?(?:\.exe)?$/.test(program);
}

/** What uv itself reads of a step's words. */
export interface UvCommand {
  /** The command and what it is about, without options: `["pip", "show", "sandbox"]`. Of `uvx`: `["tool", "run"]`. */
  readonly path: readonly string[];
  /** How many words after the first uv reads itself: after the program that `uv run`, `uvx` and `uv tool run` start, all are the program's. */
  readonly own: number;
}

export function uvCommand([program = "", ...words]: readonly string[]): UvCommand {
  const path: string[] = /uvx(?:\.exe)?$/.test(program) ? ["tool", "run"] : [];
  for (const [position, word] of words.entries()) {
    const runs = path[0] === "run" || (path[0] === "tool" && ["run", "uvx"].includes(path[1] ?? ""));
    if (word === "--" && runs) return { path, own: position };
    if (word.startsWith("-") || wantsValue(words[position - 1] ?? "")) continue;
    if (runs) return { path, own: position };
    path.push(word);
  }
  return { path, own: words.length };
}

/** The names under which usage lines show commands that a call has by another. */
export function ownNames(words: readonly string[]): string[] {
  return words.flatMap((word) => (isAlias(word) ? [firstName(word)] : []));
}

/** The name under which usage lines show a command. */
export function firstName(word: string): string {
  return isAlias(word) ? (ALIASES[word] ?? word) : word;
}

function isAlias(word: string): boolean {
  return Object.hasOwn(ALIASES, word);
}

/** Whether the next word is this one's value; of short options in one word (`-qp`), the last may want it. */
function wantsValue(word: string): boolean {
  if (VALUED.has(word)) return true;
  if (!/^-[A-Za-z]{2,}$/.test(word)) return false;
  const letters = word.slice(1).split("");
  return letters.findIndex((letter) => VALUED.has(`-${letter}`)) === letters.length - 1;
}
