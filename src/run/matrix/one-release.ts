import { UserError } from "../../scenario/error.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { planCells } from "./plan.ts";

/**
 * The release or binary that a specification means for a scenario, as `harness.release` takes it. `place` says where it
 * was given, for example `--uv`. Throws `UserError` where it means several.
 */
export async function oneRelease(harness: Harness, scenario: LoadedScenario, place: string, spec: string): Promise<string> {
  const [cell, ...more] = await planCells(harness, [scenario], [spec]);
  if (cell === undefined || more.length > 0) {
    throw new UserError(`${place} ${spec}: means ${more.length + 1} releases; name an exact release, \`latest\` or \`oldest\``);
  }
  return cell.uv;
}
