import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../scenario/error.ts";
import { blamesTheNetwork, complaintOf } from "../tool/complaint.ts";
import { openPip, type Pip } from "../tool/pip.ts";
import { projectOfFilename, servesPython } from "./naming.ts";
import { groupsWithoutRepeats, type Pin, pinName, wantedBy } from "./requirement.ts";
import type { BuildRule, Tools } from "./tools.ts";

export interface Fetched {
  readonly pin: Pin;
  /** Absolute path inside the work folder. */
  readonly file: string;
  readonly filename: string;
}

/** Where a package has wheels, but none for this machine: any of these shows uv that it exists, and what it needs. */
const OTHER_PLATFORMS = [
  "manylinux_2_28_x86_64",
  "manylinux_2_17_x86_64",
  "manylinux2014_x86_64",
  "win_amd64",
  "win32",
  "macosx_15_0_arm64",
  "macosx_15_0_x86_64",
];

/** Newest Python that wheels are looked for. One that does not exist yet costs a question and changes nothing. */
const NEWEST_MINOR = 15;

/**
 * The files of each pin, checked by pip against the pin's hashes: a wheel for this machine, and where that one is
 * for some Pythons only, those for the others from `oldestMinor` up, or uv would find no solution for them; where
 * this machine has none, other platforms' wheels, else the sdist, whose build code pip asks for its name.
 *
 * @throws UserError if the network fails; a pin without any file comes back in `missing` instead.
 */
export async function fetchPins(
  tools: Tools & BuildRule,
  pins: readonly Pin[],
  oldestMinor: number,
  workFolder: string,
): Promise<{ fetched: Fetched[]; missing: Pin[] }> {
  const pip = openPip({ ...tools, python: async () => tools.python, uv: async () => tools.uv });
  const lanes = groupsWithoutRepeats(pins, (pin) => pin.project)
    .flatMap(halves)
    .map(async (group, index) => {
      const folder = join(workFolder, `fetch-${index}`);
      await mkdir(join(folder, "files"), { recursive: true });
      return await fetchGroup({ tools, pip, folder }, group, oldestMinor);
    });
  const outcomes = await Promise.all(lanes);
  return { fetched: outcomes.flatMap(({ fetched }) => fetched), missing: outcomes.flatMap(({ missing }) => missing) };
}

/** pip asks for one package after the other, and mostly computes: two at once take little more than half the time. */
function halves(pins: readonly Pin[]): (readonly Pin[])[] {
  const middle = Math.ceil(pins.length / 2);
  return [pins.slice(0, middle), pins.slice(middle)].filter((half) => half.length > 0);
}

/** pip in a folder of its own, where it finds again what it has fetched before. */
interface Lane {
  readonly tools: Tools & BuildRule;
  readonly pip: Pip;
  readonly folder: string;
}

async function fetchGroup(lane: Lane, pins: readonly Pin[], oldestMinor: number): Promise<{ fetched: Fetched[]; missing: Pin[] }> {
  const own = Number(lane.tools.python.version.split(".")[1]);
  const newest = Math.max(NEWEST_MINOR, own);
  const wheels = ["--only-binary", ":all:"];
  const anywhere = OTHER_PLATFORMS.flatMap((platform) => ["--platform", platform]);
  const forPython = (minor: number): string[] => [...wheels, "--python-version", `3.${minor}`];
  const elsewhere = await download(lane, pins, wheels);
  const notNow = await download(lane, elsewhere, [...forPython(own), ...anywhere]);
  // Without a wheel for this Python or the oldest one, none is to be expected between them.
  const withoutWheel = await download(lane, notNow, [...forPython(oldestMinor), ...anywhere]);
  for (let minor = oldestMinor; minor <= newest; minor++) {
    const have = await collect(lane, pins);
    const served = (pin: Pin): boolean => have.some((each) => each.pin === pin && servesPython(each.filename, minor));
    const lacking = pins.filter((pin) => !withoutWheel.includes(pin) && wantedBy(pin, minor) && !served(pin));
    await download(
      lane,
      lacking.filter((pin) => !elsewhere.includes(pin)),
      forPython(minor),
    );
    await download(
      lane,
      lacking.filter((pin) => elsewhere.includes(pin)),
      [...forPython(minor), ...anywhere],
    );
  }
  if (lane.tools.wheelsOnly) return { fetched: await collect(lane, pins), missing: withoutWheel };
  const missing: Pin[] = [];
  for (const pin of withoutWheel) missing.push(...(await download(lane, [pin], ["--no-binary", pin.project])));
  return { fetched: await collect(lane, pins), missing };
}

/**
 * Fetches one file for each pin, and says for which there is none. pip gives up on the whole list for one name, so
 * that one is set aside and the rest is asked for again.
 */
async function download({ pip, folder }: Lane, pins: readonly Pin[], options: readonly string[]): Promise<Pin[]> {
  const absent: Pin[] = [];
  let wanted = [...pins];
  while (wanted.length > 0) {
    await writeFile(join(folder, "requirements.txt"), wanted.map(withHashes).join("\n"));
    const flags = ["--quiet", "--no-deps", "--require-hashes", "--ignore-requires-python", "--dest", "files", ...options];
    const result = await pip(folder, ["download", ...flags, "-r", "requirements.txt"]);
    if (typeof result === "string") throw new UserError(result);
    if (result.exit === 0) break;
    const names = wanted.map(pinName).join(", ");
    if (blamesTheNetwork(result)) throw new UserError(`${names}: not in the cache yet, and pip cannot fetch them\n${complaintOf(result)}`);
    const lone = wanted.length === 1 ? wanted[0] : undefined;
    const one = wanted.find((pin) => result.stderr.includes(`No matching distribution found for ${pinName(pin)}`)) ?? lone;
    if (one === undefined) throw new UserError(`pip cannot fetch ${names}\n${complaintOf(result)}`);
    absent.push(one);
    wanted = wanted.filter((pin) => pin !== one);
  }
  return absent;
}

async function collect({ folder }: Lane, pins: readonly Pin[]): Promise<Fetched[]> {
  const filenames = (await readdir(join(folder, "files"))).sort();
  return filenames.flatMap((filename) => {
    const pin = pins.find((each) => each.project === projectOfFilename(filename));
    return pin === undefined ? [] : [{ pin, filename, file: join(folder, "files", filename) }];
  });
}

function withHashes(pin: Pin): string {
  return [pinName(pin), ...pin.hashes.map((digest) => `--hash=sha256:${digest}`)].join(" ");
}
