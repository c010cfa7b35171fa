import { openPip, type Pip } from "../tool/pip.ts";
import { findBootstrapUv } from "./bootstrap-uv.ts";
import type { UvContext } from "./context.ts";

/** pip on the chosen Python, for what is fetched without a uv. */
export function pipOf(context: UvContext): Pip {
  return openPip({ ...context, python: () => context.python(), uv: async () => (await findBootstrapUv(context))?.file ?? null });
}
