import type { ExportMaterial } from "../src/export/material.ts";
import { scriptPrograms } from "../src/run/programs.ts";

/** What a script carries whose scenario asks no index anything. */
export const NOTHING: ExportMaterial = {
  table: { answers: [], indexes: [], places: {}, nowhere: 0, undeclared: 0, phases: [0], digests: {} },
  built: {},
  dist: [],
  carried: {},
  key: "",
  certificates: {},
  ca: "",
  programs: scriptPrograms(),
};
