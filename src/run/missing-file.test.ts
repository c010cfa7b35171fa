import { expect, test } from "vitest";
import { missingFile } from "./missing-file.ts";

test("what people name that is no file on this machine: each says how its text gets here", () => {
  const names = [
    "my-bug.toml",
    "~/my-bug.toml",
    "C:\\Users\\ada\\my-bug.toml",
    "d:/bugs/my-bug.toml",
    "astral-sh/uv#16402",
    "https://github.com/astral-sh/uv/issues/16402",
    "https://github.com/astral-sh/uv/issues/16402#issuecomment-3417",
    "https://github.com/astral-sh/uv/pull/16403",
    "https://github.com/astral-sh/uv/discussions/7",
    "https://github.com/acme/bugs/blob/main/a/my-bug.toml",
    "https://gist.github.com/ada/0123abcd",
    "https://gitlab.com/acme/bugs/-/blob/main/my-bug.toml",
    "https://example.com/my-bug.toml",
  ];
  expect(`\n${names.map((name) => `${name}\n  ${missingFile(name)}`).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    my-bug.toml
      no such file; uv-mre init FILE writes one that runs as it is
    ~/my-bug.toml
      no such file; the shell knows \`~\` only outside quotes
    C:\\Users\\ada\\my-bug.toml
      no such file; a path of Windows, which in WSL is /mnt/c/Users/ada/my-bug.toml
    d:/bugs/my-bug.toml
      no such file; a path of Windows, which in WSL is /mnt/d/bugs/my-bug.toml
    astral-sh/uv#16402
      an issue is not fetched; pipe its text in: gh issue view 16402 --repo astral-sh/uv --json body --jq .body | uv-mre run -
    https://github.com/astral-sh/uv/issues/16402
      an issue is not fetched; pipe its text in: gh issue view 16402 --repo astral-sh/uv --json body --jq .body | uv-mre run -
    https://github.com/astral-sh/uv/issues/16402#issuecomment-3417
      an issue is not fetched; pipe its text in: gh api repos/astral-sh/uv/issues/comments/3417 --jq .body | uv-mre run -
    https://github.com/astral-sh/uv/pull/16403
      an issue is not fetched; pipe its text in: gh pr view 16403 --repo astral-sh/uv --json body --jq .body | uv-mre run -
    https://github.com/astral-sh/uv/discussions/7
      a discussion is not fetched; copy its text into a file that ends in .md, and run that
    https://github.com/acme/bugs/blob/main/a/my-bug.toml
      nothing is fetched; save it first, or pipe it in: curl -sL https://raw.githubusercontent.com/acme/bugs/main/a/my-bug.toml | uv-mre run -
    https://gist.github.com/ada/0123abcd
      nothing is fetched; save it first, or pipe it in: curl -sL https://gist.github.com/ada/0123abcd/raw | uv-mre run -
    https://gitlab.com/acme/bugs/-/blob/main/my-bug.toml
      nothing is fetched; save it first, or pipe it in: curl -sL https://gitlab.com/acme/bugs/-/raw/main/my-bug.toml | uv-mre run -
    https://example.com/my-bug.toml
      nothing is fetched; save it first, or pipe it in: curl -sL https://example.com/my-bug.toml | uv-mre run -
    "
  `);
});
