import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { withoutSandbox } from "../sandbox.ts";
import { put, runCommand } from "./command.ts";

// Without a sandbox the harness must hold by itself.
withoutSandbox();

/** Drives a terminal, ends a fence, a comment, a cell, an element, and asks a reader's browser for something. */
const PRINTED =
  "\u001B]0;evil\u0007\u001B[2J\u001B[31mred\u202E\n```\n````\n</details>\n</script><script>alert(1)</script>\n<img src=x onerror=alert(1)>\n" +
  "![x](https://evil.example.com/x.png)\n[x](javascript:alert(1))\n<!-- \n--> | a | b |\r\nover\n\u009B31m";
const SOURCE = `import sys, urllib.request
printed = ${JSON.stringify(PRINTED)
  .replaceAll("\u009B", String.raw`\u009b`)
  .replaceAll("\u202E", String.raw`\u202e`)}
sys.stdout.buffer.write(printed.encode())
sys.stderr.buffer.write(printed.encode())
try:
    urllib.request.urlopen("http://feeds.example.com/simple/%22%5D;click%3Cscript%3Ealert(3)%3C/script%3E/|x|")
except OSError as error:
    print(error)
`;
const HOSTILE = `schema = 1
title = ${JSON.stringify("</script><script>alert(2)</script> `x` | y \u001B[2J")}
[index.private]
url = "http://feeds.example.com/simple/"
[files]
"x.py" = ${JSON.stringify(SOURCE)}
[[step]]
run = ["python", "x.py", ${JSON.stringify("</script><script>alert(4)</script>\u001B[2J")}]
reproduced = { exit = 1, request.none = {} }
healthy = { exit = 1, stdout = "nothing" }
`;

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

it("what a step prints drives no terminal, and is no more than text in a Markdown or HTML report", async () => {
  await using folder = await temporaryFolder();
  const file = await put(folder.path, "hostile.toml", HOSTILE);
  const [markdown, html] = [path.join(folder.path, "r.md"), path.join(folder.path, "r.html")];
  const args = ["run", file, "--uv", "0.9.5", "--verbose", "--report", markdown, "--report", html];
  const { exit, stdout, stderr } = await runCommand(args);
  expect([exit, stderr]).toEqual([3, expect.stringContaining("wrote")]);
  const texts = { stdout, stderr, markdown: await readFile(markdown, "utf8"), html: await readFile(html, "utf8") };
  for (const name of ["stdout", "stderr", "markdown"] as const) expect([name, CONTROL.exec(texts[name])?.[0]]).toEqual([name, undefined]);
  expect(texts.html).not.toMatch(/<script>alert|<img src=x|<\/script><script>/);
  // What is between fences is text to every reader.
  const prose = texts.markdown.replaceAll(/^(`{3,})[^\n]*\n[^]*?^\1$/gm, "").replaceAll(/(?<![\\`])(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, "");
  expect(prose.match(/(?<!\\)<(?!\/?(?:details|summary)>)[^\n]*/g)).toBe(null);
  expect(prose.match(/(?<!\\)!?\[[^\n]*\]\([^\n]*/g)).toBe(null);
  expect(texts.markdown).toContain("sequenceDiagram");
  expect(texts.markdown).not.toMatch(/^uv->>p0: .*(?:(?<!#\d+);|<|")/m);
});

it("what a step prints without end is cut, and makes its run unresolved", async () => {
  await using folder = await temporaryFolder();
  const endless = `schema = 1
title = "Prints without end"
[[step]]
run = ["python", "-c", "import os\\nos.truncate('/proc/self/fd/1', 2 ** 30)\\nos.write(1, b'x')"]
reproduced = { exit = 0, request.none = {} }
healthy = { exit = 1 }
`;
  const { exit, stdout } = await runCommand(["run", await put(folder.path, "endless.toml", endless), "--uv", "0.9.5"]);
  expect([exit, stdout]).toEqual([3, expect.stringMatching(/printed more than is\s+kept/)]);
});
