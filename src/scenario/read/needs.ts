import type { Scenario } from "../model.ts";
import type { RawScenario } from "../schema/file.ts";
import { listed } from "../schema/value.ts";
import { textsOf } from "./raw-text.ts";

/** Where uv keeps logins in the system's keychain rather than in a file of its own. */
const NATIVE = /\bnative-auth\b/;

/** What no run has: as the file says, and as it shows by what it asks of uv. */
export function readNeeds(raw: RawScenario): Pick<Scenario, "needs"> {
  const asksKeychain = textsOf(raw).some(({ text }) => NATIVE.test(text));
  const needs = [...new Set([...listed(raw.needs), ...(asksKeychain ? (["keychain"] as const) : [])])];
  return needs.length === 0 ? {} : { needs };
}
