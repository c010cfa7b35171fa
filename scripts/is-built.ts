import { readdirSync, statSync } from "node:fs";
import path from "node:path";

const SOURCES = ["src", "report-page", "rolldown.config.ts", "tsconfig.json", "tsconfig.build.json", "package-lock.json"];

/** Whether `dist` is younger than all that it is built of. */
export function isBuilt(root: string): boolean {
  const built = statSync(path.join(root, "dist/bin.js"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return SOURCES.flatMap((name) => within(path.join(root, name))).every((source) => statSync(source).mtimeMs < built);
}

/** A folder is younger, too, where something in it was removed. */
function within(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return [place, ...readdirSync(place, { recursive: true, encoding: "utf8" }).map((name) => path.join(place, name))];
}
