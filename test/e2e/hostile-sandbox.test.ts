import { chown, copyFile, mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { statSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunJson } from "../../src/index.ts";
import { pidMax } from "../../src/sandbox/limits.ts";
import { dockerMissing, dockerNote } from "../docker.ts";
import { WHOLE } from "../product/extent.ts";
import { pipInstalledUv, temporaryFolder } from "../real-tools.ts";
import { namespacesWanted } from "../sandbox.ts";
import { put, runCommand } from "./command.ts";
import { ATTEMPTS, attemptsScenario, TAKERS, takerScenario } from "./hostile-attempts.ts";
import { inGroup, testUsers } from "./plain-user.ts";

const DOCKER_SOCKET = "/var/run/docker.sock";
const ROOMS = [
  ...(namespacesWanted() ? testUsers().map((who) => ({ kind: "bwrap", name: who.name, who })) : []),
  // What Docker's container lets pass does not depend on who starts it.
  ...(dockerMissing === null
    ? (WHOLE ? testUsers() : testUsers().slice(-1)).map((who) => ({
        kind: "docker",
        name: who.name,
        who: inGroup(who, statSync(DOCKER_SOCKET).gid),
      }))
    : []),
] as const;

describe.skipIf(ROOMS.length === 0).each(ROOMS)(`in $kind's sandbox of $name, a stranger's step${dockerNote}`, ({ kind, who }) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let got: Readonly<Record<string, string>> = {};
  let runs: RunJson["runs"] = [];
  const counts = { passed: 0, failed: 0 };
  const token = `uv-mre-daemon-${process.pid}-${kind}-${who.id}`;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const place = (name: string): string => path.join(folder.path, name);
    await Promise.all(["home", "tmp", "cache"].map((name) => mkdir(place(name))));
    await writeFile(place("key"), "secret");
    await writeFile(place("home/.gitconfig"), "[user]\n\temail = OUTSIDE\n");
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const abstract = createServer().listen(`\0uv-mre-test-${process.pid}`);
    const facts = [place("key"), place("home"), place("cache"), (server.address() as AddressInfo).port, process.pid];
    const daemon = ["python", "-c", `import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)  # ${token}`];
    const files = [
      await put(folder.path, "attempts.toml", attemptsScenario(facts)),
      ...(await Promise.all(Object.entries(TAKERS).map(([name, { run }]) => put(folder.path, `${name}.toml`, takerScenario(run))))),
      await put(folder.path, "daemon.toml", takerScenario(daemon)),
    ];
    for (const each of [".", "home", "tmp", "cache", "key"]) await chown(place(each), who.id, who.id);
    const env = {
      OUTSIDE: "OUTSIDE",
      PYTHONSTARTUP: "OUTSIDE",
      UV_CUSTOM_COMPILE_COMMAND: "OUTSIDE",
      PIP_USER_AGENT_USER_DATA: "OUTSIDE",
      GIT_AUTHOR_EMAIL: "OUTSIDE",
    };
    const own = { HOME: place("home"), TMPDIR: place("tmp"), UV_MRE_CACHE_DIR: place("cache"), PYTHONDONTWRITEBYTECODE: "1" };
    const flags = ["--sandbox", kind, "--json", "--jobs", "2", ...(who.python === null ? [] : ["--python", who.python])];
    const uv = place("uv");
    await copyFile(await pipInstalledUv("0.9.5"), uv);
    await using key = await open(place("key"));
    const options = { env: { ...env, ...own }, as: who.as, inherited: key.fd };
    const { stdout, stderr } = await runCommand(["run", ...files, "--uv", uv, ...flags], options);
    server.close();
    abstract.close();
    if (stderr.includes("a fault of uv-mre")) throw new Error(stderr);
    ({ runs } = JSON.parse(stdout) as RunJson);
    got = JSON.parse(runs[0]?.steps[0]?.stdout ?? "{}") as Record<string, string>;
  });

  afterAll(async () => {
    await folder[Symbol.asyncDispose]();
    console.log(`hostile table, ${kind}, ${who.name}: ${counts.passed} passed, ${counts.failed} failed`);
  });

  /** Counts a row, which is of the table whatever came of it. */
  const row = (holds: boolean, check: () => void): void => {
    counts[holds ? "passed" : "failed"]++;
    check();
  };

  it.each(Object.entries(ATTEMPTS))("does not get at %s", (name, [, wanted]) => {
    // Docker mounts a folder without any such option; there new rights are refused to every file.
    if (kind === "docker" && name === "a setuid file of its own") return;
    const seen = got[name] ?? "";
    row(wanted.test(seen), () => expect(seen).toMatch(wanted));
  });

  it.each(Object.entries(TAKERS))("that wants %s makes its own run unresolved, which says so", (name, { says }) => {
    // Without either of the two, nothing limits root's processes, and nothing is claimed.
    if (kind === "bwrap" && name === "processes without end" && who.id === 0 && pidMax() === null) return;
    const run = runs.find(({ scenario }) => scenario.endsWith(`${name}.toml`));
    const seen = [run?.verdict, run?.reasons.map((reason) => reason.seen).join("\n")];
    row(seen[0] === "unresolved" && says.test(seen[1] ?? ""), () => expect(seen).toEqual(["unresolved", expect.stringMatching(says)]));
  });

  it("leaves no daemon behind, and no file but what it is to be judged by", async () => {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
    const beside = (await readdir(folder.path)).filter((name) => name === "x");
    const left = [...lines.filter((line) => line.includes(token)), ...(await readdir(path.join(folder.path, "tmp"))), ...beside];
    row(left.length === 0 && runs.at(-1)?.verdict === "healthy", () => expect([left, runs.at(-1)?.verdict]).toEqual([[], "healthy"]));
  });
});
