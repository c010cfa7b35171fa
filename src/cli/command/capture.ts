import path from "node:path";
import { lookedWords } from "../../capture/look/words.ts";
import { EXIT } from "../../report/exit-status.ts";
import { look } from "../../run/capture/look.ts";
import { createSecretNames } from "../../run/capture/secret-names.ts";
import { UserError } from "../../scenario/error.ts";
import { withSession } from "../session.ts";

export interface CaptureOptions {
  readonly directory: string;
  readonly dryRun?: boolean;
}

/** `uv-mre capture`: what it reads goes to standard output, without any secret. */
export async function captureCommand(argv: readonly string[], options: CaptureOptions): Promise<number> {
  const [program = ""] = argv;
  if (path.basename(program).replace(/\.exe$/, "") !== "uv") {
    throw new UserError(`${program}: the command must be one of uv's, as in: uv-mre capture -- uv sync`);
  }
  return withSession({ python: null, notice: (text) => process.stderr.write(`${text}\n`) }, async ({ harness }) => {
    const looked = await look({
      folder: path.resolve(options.directory),
      env: harness.env,
      nameSecret: createSecretNames().name,
      versionOf: async (uv) => (await harness.release(uv)).version,
      ...(program === "uv" ? {} : { uv: path.resolve(program) }),
    });
    for (const line of lookedWords(looked)) console.log(line);
    console.log("\nNothing was run and nothing was sent.");
    return EXIT.ok;
  });
}
