import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { watchMachine } from "./machine-watch.ts";
import { processLimit } from "./process-limit.ts";

const PLENTY = { free: Infinity, refused: 3 };

test("nothing is amiss where there is room and time goes on; what was refused earlier is not the step's", () => {
  expect(watchMachine({ room: () => PLENTY }).end()).toEqual([]);
});

test.each([
  ["a process was refused", [PLENTY, { free: 900, refused: 4 }], "the system refused a process"],
  ["too few were left before", [{ free: 20, refused: 3 }, PLENTY], "only 20 more processes"],
  ["too few are left after", [PLENTY, { free: -1, refused: 3 }], "only 0 more processes"],
])("%s: the step's end means nothing", (_, rooms, says) => {
  const left = [...rooms];
  const watch = watchMachine({ room: () => left.shift() ?? PLENTY });
  expect(watch.end()).toEqual([{ kind: "resources", detail: expect.stringContaining(says) }]);
});

test.each([
  ["two", "0::/a/b\n", ["", "a", "a/b"]],
  ["one", "8:pids:/a\n4:memory:/other\n", ["pids", "pids/a"]],
])("the smallest room of the control groups counts, and each of their refusals: version %s", async (_, groups, folders) => {
  await using folder = await temporaryFolder();
  await mkdir(path.join(folder.path, "self"));
  await writeFile(path.join(folder.path, "self/cgroup"), groups);
  for (const [index, group] of folders.entries()) {
    const place = path.join(folder.path, "cgroup", group);
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, "pids.max"), index === 0 ? "max\n" : `${100 - index}\n`);
    await writeFile(path.join(place, "pids.current"), "40\n");
    await writeFile(path.join(place, "pids.events"), "max 2\n");
  }
  const room = processLimit({ proc: folder.path, cgroup: path.join(folder.path, "cgroup"), uid: 1 });
  expect(room).toEqual({ free: 60 - folders.length + 1, refused: 2 * folders.length });
});

/** Runs a module that uses ours in a process of its own; as another user where we are root, whom no limit holds. */
function inOwnProcess(module: string, limit: number | null) {
  const root = process.getuid?.() === 0;
  const shell = `${limit === null ? "" : `ulimit -u ${limit}; `}exec "$0" "$@"`;
  const args = ["-c", shell, process.execPath, "--experimental-strip-types", "--no-warnings", "--input-type=module", "-e", module];
  return spawn("bash", args, { stdio: ["ignore", "pipe", "inherit"], cwd: "/", ...(root && limit !== null ? { uid: 65534 } : {}) });
}

test("`ulimit -u` leaves what the user's threads do not take", async () => {
  const uid = process.getuid?.() === 0 ? 65534 : (process.getuid?.() ?? 0);
  const limit = (await threadsOf(uid)) + 500;
  const text = await readFile(new URL("process-limit.ts", import.meta.url), "utf8");
  // As text: another user may not read our folder.
  const child = inOwnProcess(
    `import { stripTypeScriptTypes } from "node:module";
const code = stripTypeScriptTypes(${JSON.stringify(text)});
const { processLimit } = await import("data:text/javascript," + encodeURIComponent(code));
console.log(processLimit({ proc: "/proc", cgroup: "/nowhere", uid: ${uid} }).free);`,
    limit,
  );
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, "close");
  expect(Number(printed)).toBeGreaterThan(300);
  expect(Number(printed)).toBeLessThan(500);
});

async function threadsOf(uid: number): Promise<number> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const statuses = await Promise.all(names.map((name) => readFile(`/proc/${name}/status`, "utf8").catch(() => "")));
  const ours = statuses.filter((status) => Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1) === uid);
  return ours.reduce((sum, status) => sum + Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0), 0);
}

test("a process that was stopped says for how long it stood still", async () => {
  const module = `import { watchMachine } from ${JSON.stringify(new URL("machine-watch.ts", import.meta.url).href)};
const watch = watchMachine({ stillMs: 2000, room: () => ({ free: Infinity, refused: 0 }) });
process.on("SIGUSR2", () => { console.log(JSON.stringify(watch.end())); process.exit(); });
setInterval(() => undefined, 1000);
console.log("ready");`;
  const child = inOwnProcess(module, null);
  await once(child.stdout, "data");
  child.kill("SIGSTOP");
  await delay(2_500);
  child.kill("SIGUSR2");
  child.kill("SIGCONT");
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  expect(JSON.parse(said.toString())).toEqual([{ kind: "frozen", detail: expect.stringContaining("stood still for") }]);
});
