import type { Harness } from "../run/harness.ts";
import { UserError } from "../scenario/error.ts";

/** The release or binary that a specification means, as `harness.release` takes it. Throws `UserError` where it means several. */
export async function oneRelease(harness: Pick<Harness, "select">, flag: string, spec: string): Promise<string> {
  const [uv, ...more] = await harness.select([spec]);
  if (uv === undefined || more.length > 0) {
    throw new UserError(`${flag} ${spec}: means ${more.length + 1} releases; name an exact release, \`latest\`, \`oldest\` or a binary`);
  }
  return uv;
}
