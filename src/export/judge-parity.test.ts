import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { parsedScenario } from "../../test/scenario-fixture.ts";
import { machineAtFault } from "../judge/machine-fault.ts";
import { refusedArgument } from "../judge/unknown-argument.ts";
import type { StepRecord } from "../observation/model.ts";
import { createRedactor } from "../observation/redact.ts";
import { normaliseSpace } from "../observation/text.ts";
import { parseScenario } from "../scenario/parse.ts";
import { NOTHING } from "../../test/export-material.ts";
import { exportScript } from "./script.ts";

/* The script's judge and ours see the same in what a step printed and exited with. */

const folder = mkdtempSync(path.join(tmpdir(), "export-parity-"));
afterAll(() => rmSync(folder, { recursive: true }));
const BUG = 'reproduced = { exit = "nonzero", request.none = {} }\nhealthy = { exit = 0, request.none = {} }';
const python = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).stdout.trim();

/** Runs a script whose uv is this program. */
function runWith(source: string, scenario: string): string {
  const uv = path.join(folder, "uv");
  writeFileSync(uv, `#!${python} -ISE\nimport sys\nif sys.argv[1:] == ["--version"]:\n    print("uv 0.9.5")\n    sys.exit()\n${source}`);
  chmodSync(uv, 0o755);
  const file = path.join(folder, "repro.sh");
  writeFileSync(file, exportScript(parsedScenario(scenario), NOTHING, { verified: null }));
  return spawnSync("bash", [file], { encoding: "utf8", env: { ...process.env, TMPDIR: folder, UV: uv } }).stdout;
}

const head = 'schema = 1\ntitle = "t"\n';
const step = (...argv: string[]): string => `[[step]]\nrun = ${JSON.stringify(argv)}\n`;

test("a secret is found in the same forms, whole and torn", () => {
  const forms = [
    "secret",
    "secret.upper()",
    '"%" + "%".join("%02x" % ord(each) for each in secret)',
    'secret.replace("-", "%252D")',
    String.raw`secret.replace("-", "\\u002d")`,
    String.raw`secret.replace("o", "\\\\x6f").replace("a", "\\x61")`,
    'secret.replace("1", "&amp;#x31;").replace("e", "&#101;")',
    'base64.b64encode(("u:" + secret).encode()).decode()',
    'base64.b64encode(("us:" + secret).encode()).decode()',
    'base64.urlsafe_b64encode(("use:" + secret).encode()).decode()',
    "secret.encode().hex().upper()",
    String.raw`secret[:20] + "\n        " + secret[20:]`,
    String.raw`secret[:20] + "\x1b[31m" + secret[20:]`,
    String.raw`secret[:20] + "\u200b" + secret[20:]`,
    String.raw`"\U000e0101".join(secret)`,
    String.raw`"\u0301\u2028\u3164".join(secret)`,
    String.raw`secret[:20] + "\n  │ " + secret[20:]`,
    String.raw`secret[:20] + "x\b" + secret[20:]`,
    "secret[10:26]",
    "secret[:-1]",
    '"nothing"',
  ];
  const leak = 'reproduced = { leak.any = { in = "stdout" } }\nhealthy = { leak.none = { in = "stdout" } }\n';
  const source = `import base64\nsecret = sys.argv[2]\nprint([\n${forms.join(",\n")}\n][int(sys.argv[1])])\n`;
  const steps = forms.map((_, at) => step("uv", String(at), "{{secret.private.u}}") + leak);
  const said = runWith(source, `${head}[index.private]\nuser = "u"\n${steps.join("")}`);
  const secret = /umre-good-\w+/.exec(said)?.[0] ?? "";
  const redactor = createRedactor([{ name: "private.u", index: "private", user: "u", kind: "good", value: secret }]);
  const parts = said.split(/^\d+ \$ .*\n/m).slice(1);
  expect(parts).toHaveLength(forms.length);
  const found = parts.map((text) =>
    [...text.matchAll(/secret of (\S+) is written in the clear: stdout \((\S+)\)/g)].map((m) => `${m[1]} ${m[2]}`),
  );
  const ours = parts.map((text) =>
    redactor.find(text.split("\n  exit status")[0] ?? "").map(({ secret: name, form }) => `${name} ${form}`),
  );
  expect(found.map((each) => each.sort())).toEqual(ours.map((each) => each.sort()));
  expect(new Set(ours.flat().map((each) => each.split(" ")[1]))).toEqual(new Set(["plain", "percent-encoded", "escaped", "base64", "hex"]));
  expect(ours.slice(0, -3).filter((each) => each.length === 0)).toEqual([]);
  expect(ours.slice(-3)).toEqual([[], [], []]);
});

test("an output reads the same without a terminal's sequences, frames and white space", () => {
  const printed = [
    "\u001b(Bok",
    "\u001b7a\u001b8b\u001bMc\u001b=d",
    "\u009b31mred\u001b[0m \u001b[38:5:1mred\u001b[?25l",
    "\u001b]8;;https://a.example\u009clink\u001b]0;a\nb\u0007c\u001b]d",
    "\u001b[1;2",
    "\u001b[\u0661m",
    "\ufeffa\ufeffb\u001cc\u001d\u001ed\u001fe\u0085f\u00a0\u2003\u2028\u3000g\u180e\u001f",
    "\ufeff× a\u001c×\u001cb\u0085× c\u2500×\u2500",
    "",
  ];
  const whole = (text: string): string =>
    `^${text.replaceAll(/[[\](){}?*+.^$|\\/]/g, String.raw`\$&`)}${text === "" ? String.raw`\B` : ""}$`;
  const steps = printed.map(
    (text, at) =>
      `${step("uv", String(at))}reproduced = { exit = 1 }\nhealthy = { stdout = { matches = ${JSON.stringify(whole(normaliseSpace(text)))} } }\n`,
  );
  const source = `import json\nsys.stdout.buffer.write(json.loads(${JSON.stringify(JSON.stringify(printed))})[int(sys.argv[1])].encode())\n`;
  const said = runWith(source, head + steps.join(""));
  expect([...said.matchAll(/^ {2}(yes|no) +step (\d+): stdout/gm)].map(([, holds]) => holds)).toEqual(printed.map(() => "yes"));
});

test("what the machine did, and what uv does not know, is told by the same signs", () => {
  const usage = "\n\nUsage: uv sync [OPTIONS]\n";
  const printed = [
    ...[0, 1, 2, 101, 124, 126, 127, ...Array.from({ length: 26 }, (_, at) => 128 + at), 255].map((exit) => ({ exit, stderr: "" })),
    ...[
      "no space left on device",
      "Disk quota exceeded",
      "Too many\n  open files",
      "Cannot allocate memory",
      "Resource temporarily unavailable",
      "File too large",
      "memory allocation of 99 bytes failed",
      "space left",
    ].map((stderr) => ({
      exit: 2,
      stderr,
    })),
    { exit: 1, stderr: "\u001b[31m×\u001b[0m build failed\n  ╰─▶ signal: 9 (SIGKILL)" },
    { exit: 0, stderr: "signal: 9 (SIGKILL)" },
    { exit: 2, stderr: `\u001b[1merror\u001b[0m: unexpected argument '--new' found${usage}` },
    { exit: 2, stderr: `error: unexpected argument '-n' found${usage}` },
    { exit: 2, stderr: `error: unexpected argument '-x' found${usage}` },
    { exit: 2, stderr: `error: unrecognized subcommand 'sync'${usage}` },
    { exit: 2, stderr: `error: Found argument '--new' which wasn't expected, or isn't valid in this context${usage}` },
    { exit: 2, stderr: "error: unexpected argument '--new' found\n\nUsage: uv lock [OPTIONS]\n" },
    { exit: 2, stderr: "error: unexpected argument '--new' found\n\nUsage: other sync [OPTIONS]\n" },
    { exit: 1, stderr: `error: unexpected argument '--new' found${usage}` },
    { exit: 2, stderr: "error: invalid value '1' for '--new <NEW>'\n  [possible values: 2, 3]\n\nFor more information, try '--help'.\n" },
    { exit: 2, stderr: "error: invalid value '4' for '--new <NEW>'\n  [possible values: 2, 3]\n\nFor more information, try '--help'.\n" },
    { exit: 2, stderr: "error: invalid value '1' for '--new <NEW>': no number\n\nFor more information, try '--help'.\n" },
  ];
  const argv = ["uv", "sync", "--new=1", "-qn"];
  const source = `import json\nexit, errors = json.loads(${JSON.stringify(JSON.stringify(printed.map(({ exit, stderr }) => [exit, stderr])))})[int(sys.argv[-1])]\nsys.stderr.write(errors)\nsys.exit(exit)\n`;
  const said = runWith(source, head + printed.map((_, at) => `${step(...argv, String(at))}${BUG}\n`).join(""));
  const theirs = [...said.matchAll(/^=> neither: step (\d+): (this uv does not know)?/gm)].map((m) => [Number(m[1]), m[2] !== undefined]);
  const parsed = parseScenario(`${head}${step(...argv)}${BUG}\n`);
  const definition = parsed.ok ? parsed.scenario.steps[0] : undefined;
  const ours = printed.flatMap(({ exit, stderr }, at) => {
    const record: StepRecord = { argv, exit, signal: null, timedOut: false, stdout: "", stderr, startedAt: 0, durationMs: 0 };
    const refused = refusedArgument(record) !== null;
    return refused || machineAtFault(record, definition) !== null ? [[at + 1, refused]] : [];
  });
  expect(theirs).toEqual(ours);
  expect(ours).toHaveLength(9 + 7 + 1 + 5);
});
