import { mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";

/** What a run writes into a folder of the machine goes into a folder of its own, which is seen over that one. */
export interface Layer {
  /** Absolute path of the folder, outside and inside. */
  readonly place: string;
  /** What was written. */
  readonly upper: string;
  /** The kernel's own, on the same file system. */
  readonly work: string;
}

/** Makes the layers of one run in a folder of its own, which is made if there is to be one. */
export async function makeLayers(places: readonly string[], folder: string): Promise<Layer[]> {
  if (places.length > 0) await mkdir(folder);
  return Promise.all(
    places.map(async (place, index) => {
      const own = path.join(folder, String(index));
      const layer = { place, upper: path.join(own, "upper"), work: path.join(own, "work") };
      await mkdir(own);
      await mkdir(layer.upper, { mode: 0o755 });
      await mkdir(layer.work);
      // A folder of another's could not be written to; one of ours over it can.
      if ((await stat(place)).uid !== process.geteuid?.()) await mirrorFolders(place, layer.upper);
      return layer;
    }),
  );
}

async function mirrorFolders(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    await mkdir(path.join(to, entry.name), { mode: 0o755 });
    await mirrorFolders(path.join(from, entry.name), path.join(to, entry.name));
  }
}
