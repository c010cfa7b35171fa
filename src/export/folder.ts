import { prose } from "../report/markdown-text.ts";
import { oneLine } from "../observation/visible-text.ts";
import type { Scenario } from "../scenario/model.ts";

/** A file of an exported folder. */
export interface ExportedFile {
  readonly text: string;
  readonly executable: boolean;
}

/** By their names, all in one folder. */
export type ExportedFolder = Readonly<Record<string, ExportedFile>>;

interface FolderOptions {
  /** The exported script, with its stamp. */
  readonly script: string;
  readonly verified: readonly string[] | null;
}

interface DockerOptions extends FolderOptions {
  /** The release that the Dockerfile asks for unless told otherwise. */
  readonly uv: string;
}

interface GitOptions extends FolderOptions {
  /** The scenario as it was read. */
  readonly text: string;
}

/** A folder to be built: the failure is the end of the build's output. */
export function dockerFolder(scenario: Scenario, options: DockerOptions): ExportedFolder {
  const lines = [
    dockerTitle(scenario.title),
    `# ${stamp(options.verified)}`,
    "#",
    "#   docker build . --progress plain",
    "#   docker build . --progress plain --build-arg UV_VERSION=X.Y.Z",
    "#",
    "# Without BuildKit (`unknown flag: --progress`) leave that flag out: then all is printed anyway. The last step shows what",
    "# was expected and seen, and ends with 1 for the bug and 125 where it can't tell; it passes where uv is healthy, and",
    "# --no-cache runs it again.",
    "ARG BASE_IMAGE=python:3.13-slim",
    "FROM ${BASE_IMAGE}",
    `ARG UV_VERSION=${options.uv}`,
    "# From PyPI, unless the base has this release.",
    'RUN [ "$(uv --version 2>/dev/null | cut -d " " -f 2)" = "$UV_VERSION" ] \\',
    '    || python3 -m pip install --no-cache-dir --root-user-action=ignore "uv==$UV_VERSION"',
    "WORKDIR /repro",
    "COPY repro.sh .",
    "# JOURNAL=/dev/stdout also prints what was recorded, as JSON.",
    "ARG JOURNAL=",
    "RUN bash repro.sh",
  ];
  return { Dockerfile: file(`${lines.join("\n")}\n`), "repro.sh": file(options.script, true) };
}

/** In the first line a comment such as `# syntax=IMAGE` would be an order to Docker. */
function dockerTitle(title: string): string {
  const line = oneLine(title);
  return /^\w+\s*=/.test(line) ? `# “${line}”` : `# ${line}`;
}

/** A description is plain text: what reads as Markdown in it is not meant so. */
function paragraphs(text: string): string[] {
  return text
    .split(/\r?\n[ \t]*\r?\n/)
    .map((paragraph) => prose(paragraph, Number.MAX_SAFE_INTEGER))
    .filter((paragraph) => paragraph !== "");
}

/** A repository: clone it, run the script. */
export function gitFolder(scenario: Scenario, options: GitOptions): ExportedFolder {
  const sections = [
    `# ${prose(scenario.title)}`,
    ...paragraphs(scenario.description ?? ""),
    ...(scenario.issue === null ? [] : [`See ${prose(scenario.issue)}.`]),
    [
      "## Run it",
      "",
      "```sh",
      "bash repro.sh                     # with the uv on PATH",
      "UV=/path/to/uv bash repro.sh      # with another",
      "```",
      "",
      "It needs bash, uv and Python 3.9 or later, asks no network and leaves nothing behind. It ends with what was expected and",
      "seen; its exit status is 1 for the bug, 0 where uv is healthy, 125 where it can't tell.",
    ].join("\n"),
    `${stamp(options.verified)[0]?.toUpperCase()}${stamp(options.verified).slice(1)}.`,
    "`scenario.toml` is what the script was made from: `npx uv-mre run scenario.toml --uv X.Y.Z` runs it with any uv release.",
  ];
  return {
    "README.md": file(`${sections.join("\n\n")}\n`),
    "repro.sh": file(options.script, true),
    "scenario.toml": file(options.text),
    // A shell on Windows would stumble over the line ends that git makes there.
    ".gitattributes": file("* text eol=lf\n"),
  };
}

/** As the script says it. */
export function stamp(verified: readonly string[] | null): string {
  return verified === null ? "not verified" : `verified with uv ${verified.join(", ")}`;
}

function file(text: string, executable = false): ExportedFile {
  return { text, executable };
}
