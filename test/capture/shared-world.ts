import { afterAll, beforeAll } from "vitest";
import { temporaryFolder } from "../real-tools.ts";
import { openWorld, type World } from "./world.ts";

export interface SharedWorld {
  readonly world: World;
  /** Path of a folder for the projects. */
  readonly folder: string;
}

/** One world for all tests of a file, to be asked for within them. */
export function sharedWorld(): () => SharedWorld {
  let shared: SharedWorld;
  let end: () => Promise<void>;
  beforeAll(async () => {
    const temporary = await temporaryFolder();
    const world = await openWorld(temporary.path);
    shared = { world, folder: temporary.path };
    end = async () => {
      await world[Symbol.asyncDispose]();
      await temporary[Symbol.asyncDispose]();
    };
  });
  afterAll(() => end());
  return () => shared;
}
