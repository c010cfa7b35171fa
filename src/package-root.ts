// Not by its name: an older Node would not even load this, and could not be told that it is too old.
import module from "node:module";
import path from "node:path";

/** Folder of our own `package.json`, the same from `src` and from what is built; throws where the package was torn apart. */
export function packageRoot(): string {
  const manifest = module.findPackageJSON(import.meta.url);
  if (manifest === undefined) throw new Error(`no package.json above ${import.meta.url}`);
  return path.dirname(manifest);
}
