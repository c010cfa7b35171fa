import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Writes generated files; with `--check` only compares, and exits 1 where one is not what `source` gives. */
export function writeOrCheck(files: Iterable<readonly [file: string, text: string]>, source: string, script: string): void {
  for (const [file, text] of files) {
    if (!process.argv.includes("--check")) writeFileSync(file, text);
    else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
      console.error(`${file} is not what ${source}: run \`node scripts/${script}\``);
      process.exitCode = 1;
    }
  }
}
