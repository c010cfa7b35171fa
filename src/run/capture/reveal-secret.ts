import path from "node:path";
import type { Looked } from "../../capture/model.ts";
import { hideUrlSecrets } from "../../capture/secret-book.ts";
import { look } from "./look.ts";
import type { SecretNames } from "./secret-names.ts";

/** Reads all that was looked at anew for the value of one secret. `null`: it is not there any more, or in two spellings. */
export async function revealSecret(
  wanted: string,
  { looked, env, argv, secrets }: { looked: Looked; env: Readonly<Record<string, string>>; argv: readonly string[]; secrets: SecretNames },
): Promise<string | null> {
  const found = new Set<string>();
  const nameSecret = (value: string): string => {
    const name = secrets.name(value);
    if (name === wanted) found.add(value);
    return name;
  };
  await look({
    folder: path.join(looked.root, looked.cwd),
    env,
    nameSecret,
    requirements: looked.requirements.map((file) => path.join(looked.root, file.path)),
    versionOf: () => Promise.resolve(""),
  });
  for (const word of argv) hideUrlSecrets(word, nameSecret);
  const [value = null] = found;
  return found.size > 1 ? null : value;
}
