import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { captureProject } from "../capture/capture-project.ts";
import { isShownBy, PROJECTS } from "../capture/projects.ts";
import { sharedWorld } from "../capture/shared-world.ts";
import { WHOLE } from "../product/extent.ts";
import { pipInstalledUv } from "../real-tools.ts";
import { runCommand } from "./command.ts";

/** Real pypiserver and devpi, real uv; `npm test` tries one broken project and a healthy one, all of them is for the night. */
const NAMES = WHOLE ? Object.keys(PROJECTS) : ["stale-netrc", "healthy-variables"];
const RELEASES = WHOLE ? ["0.9.5", "0.13.9"] : ["0.13.9"];

const shared = sharedWorld();

/** What a repair rests on that nobody saw. */
const WORLDS: Readonly<Record<string, RegExp>> = {
  "stale-netrc":
    /\n2 hypotheses agree with all that was seen; this repair heals 1 of them:\n- not where the secret of user [a-z.]+ in uv's store is bad\n/,
};

/** Verdict, one sentence, what it rests on, the repair, the file, the command that runs it, and what of the original is in it. */
const ENDING =
  /^The scenario shows .*\n`uv .+` ends with .*\.\n(?: {2}.*\n)+(?:It heals when|Not explained).*\n(?:.*\n)*?(?:Assumed good.*\n)*wrote captured\.toml.*\n {2}(?:uvx |npx )?uv-mre run captured\.toml\nOf the original it holds:\n(?: {2}.*\n){4,}$/;

/** How a project is captured in its own folder: what a healthy command writes shows it in one run. */
const IN_PLACE = WHOLE ? ["healthy-variables", "stale-netrc"] : ["healthy-variables"];

it.each(IN_PLACE)("%s: in place the command runs in the folder itself, which is said before", async (name) => {
  const { world, folder } = shared();
  const outcome = await captureProject(world, name, await pipInstalledUv("0.13.9"), join(folder, `${name}-in-place`), ["--in-place"]);

  expect(outcome).toMatchObject({
    leaks: [],
    verdict: PROJECTS[name]?.healthy === true ? "healthy" : "same",
    changed: ["project", "home"],
  });
  const [said, ran] = ["nothing is put back", "running the command once"].map((words) => outcome.stderr.indexOf(words));
  expect(said).toBeGreaterThan(0);
  expect(said).toBeLessThan(ran ?? 0);
});

it("--ask and --try-credentials say what they send, and what the registry answers tells its flavour and who is known", async () => {
  const { world, folder } = shared();
  const into = join(folder, "asked");
  const outcome = await captureProject(world, "misnamed-variable", await pipInstalledUv("0.13.9"), into, [
    "--ask",
    "--try-credentials",
    "--yes",
  ]);

  expect(outcome).toMatchObject({ leaks: [], changed: [], verdict: "same", repair: "right-name" });
  expect(outcome.stderr).toMatch(/\nasking, without credentials: GET https:\/\/localhost:\d+\/falcon\/simple\/orion-billing\/, trusting /);
  expect(outcome.stdout).toContain("asked without credentials: index 1 answers 401, challenge Basic, text/html");
  expect(outcome.stdout).toMatch(/\n {2}tried: a variable, user [a-z.]+: accepted by index 1 \(200\)\n/);
  expect(outcome.stdout).not.toMatch(/Assumed good|hypotheses agree/);
  expect(outcome.stderr).toMatch(/\nyes to all: send the secret of user jane\.doe in a variable to localhost:\d+ \(GET .*lockout/);
  expect(await readFile(outcome.scenario ?? "", "utf8")).toContain('flavour = "pypiserver"');
});

describe.each(RELEASES)("capture with uv %s", (release) => {
  it.each(NAMES.filter((name) => isShownBy(name, release)))(
    "%s: no name and no secret gets out, the originals stay as they are, and the scenario runs",
    async (name) => {
      const { world, folder } = shared();
      const outcome = await captureProject(world, name, await pipInstalledUv(release), join(folder, `${name}-${release}`));

      expect(outcome).toMatchObject({ leaks: [], changed: [] });
      const { healthy = false, repair } = PROJECTS[name] ?? {};
      // The night tells what is not the same in a table; what is called so has to be.
      const isSame = outcome.verdict === "same";
      expect(outcome.verdict === "healthy").toBe(healthy && outcome.scenario === null);
      expect([isSame, outcome.repair]).toEqual(WHOLE ? [isSame, outcome.repair] : [!healthy, repair]);
      expect([isSame, ENDING.test(outcome.stdout)]).toEqual([isSame, isSame]);
      expect(outcome.stdout).toMatch(WORLDS[name] ?? /^/);
      const ran = isSame ? await runCommand(["run", outcome.scenario ?? "", "--uv", release]) : { exit: 0, stdout: "" };
      expect(ran).toMatchObject({ exit: 0 });
    },
  );
});
