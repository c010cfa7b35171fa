import { UserError } from "../scenario/error.ts";
import { BACKENDS, type Backend } from "../scenario/model.ts";

/** `--backend`; `null` where it was not given. Throws `UserError` for an unknown one. */
export function parseBackend(value: string | undefined): Backend | null {
  if (value === undefined) return null;
  const backend = BACKENDS.find((known) => known === value);
  if (backend === undefined) throw new UserError(`--backend ${value}: not one of ${BACKENDS.join(", ")}`);
  return backend;
}
