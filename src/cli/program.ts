import { Command, InvalidArgumentError, Option } from "commander";
import { BUDGET } from "../bisect/budget.ts";
import { ENOUGH_RUNS } from "../bisect/repeats.ts";
import * as capture from "../capture/budget.ts";
import * as explore from "../explore/default-limits.ts";
import { addCompletion } from "./completion.ts";
import { asStarted, programWords } from "./started-as.ts";
import { SANDBOX_CHOICES } from "../sandbox/model.ts";
import { BACKENDS } from "../scenario/model.ts";

/** Told the exit status of the command that ran. */
export type SetStatus = (status: number) => void;

const EXAMPLES = `
Examples:
  uv-mre init my-bug.toml                      write a commented scenario that runs as it is
  uv-mre run my-bug.toml                       run it with the newest uv
  uv-mre run my-bug.toml --uv 0.9.5 --uv latest --report report.md
  uv-mre run issue.md                          the scenario in an issue's Markdown
  uv-mre bisect my-bug.toml                    since which release?

Exit status of run: 0 all claims held, 1 a claim was contradicted, 2 the input is wrong,
3 unresolved runs remain, 130 interrupted.`;

const ACCEPT_EXIT_STATUS = [
  "--accept-exit-status",
  "take verdicts that rest on exit statuses alone: for claims, and as an answer",
] as const;

const MAX_DISK = [
  "--max-disk <size>",
  "what the cache may take; the releases not used for longest go (default: UV_MRE_MAX_DISK, else 5GB)",
] as const;

const ONE_SCENARIO = "a scenario: file, folder, Markdown, or - for standard input";

/** The command line as commander knows it; every command's code is loaded when it runs. */
export function createProgram(setStatus: SetStatus): Command {
  const program = new Command("uv-mre")
    .description("One file says what went wrong with uv and a private package index; any uv release answers.")
    .option("-V, --version", "print the version")
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError(asStarted("(uv-mre --help lists the commands)", programWords()))
    .exitOverride();

  const scenarioCommand = (name: string, summary: string): Command =>
    program
      .command(name)
      .description(summary)
      .exitOverride()
      .option("--backend <kind>", `serve every index by this backend: ${BACKENDS.join(", ")}`)
      .addOption(new Option("--python <path>", "the Python to use").env("UV_MRE_PYTHON"))
      .addOption(
        new Option("--sandbox <kind>", "what keeps commands from this machine (default: auto, the best that works here)")
          .choices(SANDBOX_CHOICES)
          .env("UV_MRE_SANDBOX"),
      )
      .option(...MAX_DISK)
      .option("--untrusted", "take the scenario for a stranger's, as one from Markdown or standard input: it must run in a sandbox");

  scenarioCommand("run", "Run scenarios with one or many uv releases and judge each run")
    .argument("<files...>", "scenario files, folders, Markdown, or - for standard input")
    .addOption(
      repeatable("--uv <spec>", "release, range, `latest`, `oldest`, `minors`, `all`, or a path to a binary (repeatable)", "latest"),
    )
    .option("--json", "print one JSON object on standard output")
    .addOption(reportOption())
    .option("--expect <what>", "exit with 0 only if every judged run is so: reproduced, healthy, claims")
    .option("--shard <i/n>", "run only the i-th of n parts; `report` merges their JSON")
    .option("--with-script", "put the exported script behind a fold of the report")
    .option("--keep", "keep the run's folder and print how to enter it")
    .option("--watch", "run again when a scenario or a file beside it changes, and show what that changed; Ctrl-C ends it")
    .option("--verbose", "print the time line of requests and keyring calls of each run")
    .option("-j, --jobs <n>", "runs at once (default: the number of cores)", positive)
    .option("--no-proxy", "serve at loopback addresses; the scenario must use {{url.NAME}} throughout")
    .option("--break <what>", "break one thing on purpose: index-down, wrong-python, uv-killed, package-missing, tls-untrusted")
    .option(...ACCEPT_EXIT_STATUS)
    .action(async (files: string[], options) => setStatus(await (await import("./command/run.ts")).runCommand(files, options)));

  program
    .command("report")
    .description("Make a report of kept JSON, or merge several: Markdown on standard output, or any form by --to")
    .exitOverride()
    .argument("<files...>", "JSON that --json or --report FILE.json of run, bisect, map or explore wrote")
    .addOption(repeatable("--to <file>", "write a report; its ending says which: .md, .html, .json, .xml, .svg (repeatable)", "none"))
    .action(async (files: string[], options) => setStatus(await (await import("./command/report.ts")).reportCommand(files, options)));

  searchOptions(
    scenarioCommand("bisect", "Find the release where the verdict changed")
      .argument("<file>", ONE_SCENARIO)
      .option("--good <version>", "a release known to be healthy: exact, `latest` or `oldest`")
      .option("--bad <version>", "a release known to reproduce the bug: exact, `latest` or `oldest`")
      .option("--budget <n>", "releases that may be asked until two differ", positive, BUDGET),
  ).action(async (file: string, options) => setStatus(await (await import("./command/bisect.ts")).bisectCommand(file, options)));

  searchOptions(
    scenarioCommand("map", "Find every change of verdict over all releases")
      .argument("<file>", ONE_SCENARIO)
      .addOption(repeatable("--uv <spec>", "only these releases (repeatable)", "all"))
      .option("--sample", "run some releases and infer the others"),
  ).action(async (file: string, options) => setStatus(await (await import("./command/map.ts")).mapCommand(file, options)));

  scenarioCommand("check", "Judge one uv binary, for `git bisect run`: 0 healthy, 1 reproduced, 125 neither")
    .argument("<file>", ONE_SCENARIO)
    .requiredOption("--uv <path>", "the uv binary, or a release")
    .option(...ACCEPT_EXIT_STATUS)
    .action(async (file: string, options) => setStatus(await (await import("./command/check.ts")).checkCommand(file, options)));

  scenarioCommand("shell", "Open a shell in the prepared workspace, with the index running and its requests printed live")
    .argument("<file>", ONE_SCENARIO)
    .option("--uv <spec>", "the release", "latest")
    .action(async (file: string, options) => setStatus(await (await import("./command/shell.ts")).shellCommand(file, options)));

  scenarioCommand("explore", "Find the smallest set of conditions under which the symptom appears, each proven necessary")
    .argument("<file>", "a scenario with [vary] axes")
    .option("--uv <spec>", "the release", "latest")
    .option("--depth <n>", "axes changed at once, at most", positive, explore.DEPTH)
    .option("--budget <n>", "runs, at most", positive, explore.BUDGET)
    .addOption(repeatable("--failing <axis=option>", "part of a combination known to fail, which is reduced first (repeatable)", "none"))
    .option("--write <folder>", "write one runnable scenario for each cause into a new folder")
    .addOption(repeatable("--report <file>", "write a report; its ending says which: .md (default), .html, .json (repeatable)", "none"))
    .option("-j, --jobs <n>", "runs at once", positive)
    .option("--json", "print one JSON object on standard output")
    .action(async (file: string, options) => setStatus(await (await import("./command/explore.ts")).exploreCommand(file, options)));

  scenarioCommand("minimize", "Take out of a scenario whatever its symptom does not need")
    .argument("<file>", ONE_SCENARIO)
    .option("--uv <spec>", "the release", "latest")
    .option("-o, --output <file>", "where the smaller one is written; FILE.min.toml without it")
    .option("-j, --jobs <n>", "runs at once", positive)
    .action(async (file: string, options) => setStatus(await (await import("./command/minimize.ts")).minimizeCommand(file, options)));

  program
    .command("export")
    .description("Write the scenario as something that runs without uv-mre")
    .exitOverride()
    .argument("<file>", ONE_SCENARIO)
    .addOption(new Option("--to <kind>", "what to write").choices(["script", "docker", "git"]).default("script"))
    .option("-o, --output <path>", "file (script) or folder (docker, git); a script goes to standard output without it")
    .option("--verify", "run the export with the releases of the scenario's claims and stamp it")
    .addOption(new Option("--sandbox <kind>", "none: verify a stranger's scenario all the same").choices(["none"]))
    .addOption(repeatable("--uv <spec>", "verify with these releases instead (repeatable)", "the ends of each claim"))
    .action(async (file: string, options) => setStatus(await (await import("./command/export.ts")).exportCommand(file, options)));

  program
    .command("init")
    .description("Write a commented scenario that runs as it is")
    .exitOverride()
    .argument("[file]", "where to write it", "scenario.toml")
    .option("--force", "replace the file if it exists")
    .action(async (file: string, options) => setStatus(await (await import("./command/init.ts")).initCommand(file, options)));

  program
    .command("capture")
    .description("From a project that fails to a scenario that shows the same, without its names and secrets")
    .exitOverride()
    .argument("<command...>", "after --: the uv command, as `uv sync`; it is run several times, on a copy")
    .option("-C, --directory <dir>", "where the command runs", ".")
    .option("--dry-run", "look only: nothing runs, nothing is sent")
    .option("--in-place", "run in the folder itself in place of a copy; what the command changes there stays changed")
    .option("--ask", "ask each index for one page, without credentials, for status, challenge and content type")
    .option("--record", "run once more through a gateway, for what only the wire has: challenge, content type, HTTP version, links")
    .option("--try-credentials", "send each stored credential that uv did not send to its own host, asked for one by one")
    .option("--yes", "say yes to each credential of --try-credentials")
    .option("--budget <n>", "runs for varying what could not be seen, at most", positive, capture.BUDGET)
    .option("-o, --output <file>", "where the scenario is written", "captured.toml")
    .addOption(repeatable("--keep-names <word>", "a word of names that is to stay (repeatable)", "none"))
    .action(async (argv: string[], options) => setStatus(await (await import("./command/capture.ts")).captureCommand(argv, options)));

  program
    .command("versions")
    .description("List the uv releases that a specification means, and which are installed")
    .exitOverride()
    .argument("[specs...]", "as for --uv; all releases without it")
    .option("--refresh", "ask PyPI again")
    .option("--json", "print one JSON object on standard output")
    .action(async (specs: string[], options) => setStatus(await (await import("./command/versions.ts")).versionsCommand(specs, options)));

  program
    .command("doctor")
    .description("Say what this machine has, what is missing and how to get it")
    .exitOverride()
    .option("--json", "print one JSON object on standard output")
    .action(async (options) => setStatus(await (await import("./command/doctor.ts")).doctorCommand(options)));

  program
    .command("cache")
    .description("Show, prune or clear what uv-mre keeps: releases, packages, keyring tools, results")
    .exitOverride()
    .addArgument(program.createArgument("[action]", "what to do").choices(["show", "prune", "clear"]).default("show"))
    .option(...MAX_DISK)
    .option("--json", "print one JSON object on standard output")
    .action(async (action: string, options) => setStatus(await (await import("./command/cache.ts")).cacheCommand(action, options)));

  for (const command of program.commands) {
    command.showHelpAfterError(asStarted(`(uv-mre ${command.name()} --help lists its options)`, programWords()));
    command.configureOutput({ outputError: (message, write) => write(withTwoDashes(message)) });
  }
  addCompletion(program);
  return program;
}

/** An option of several letters after one dash is the commonest slip. */
function withTwoDashes(message: string): string {
  return message.replace(/(unknown option '-([a-z][a-z-]+)')/, "$1\n(Did you mean --$2?)");
}

/** What bisect and map have in common. */
function searchOptions(command: Command): Command {
  return command
    .option("--repeat <n>", "run every probe this often", positive)
    .option(
      "--confirm <n>",
      "runs of each release behind an answer; fewer are quicker, and wrong of flaky releases more often",
      positive,
      ENOUGH_RUNS,
    )
    .addOption(repeatable("--skip <spec>", "releases that are not to be run, as for run --uv (repeatable)", "none"))
    .option("--no-cache", "run every probe anew")
    .option("-j, --jobs <n>", "probes at once", positive)
    .option("--json", "print one JSON object on standard output")
    .addOption(reportOption())
    .option(...ACCEPT_EXIT_STATUS);
}

function reportOption(): Option {
  return repeatable(
    "--report <file>",
    "write a report; its ending says which: .md (default), .html, .json, .xml, .svg (repeatable)",
    "none",
  );
}

/** An option that is collected into a list; `standard` says what its absence means. */
function repeatable(flags: string, description: string, standard: string): Option {
  const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  return new Option(flags, description).argParser(collect).default([], standard);
}

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("must be a whole number from 1 on");
  return number;
}
