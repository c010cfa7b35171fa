import type { Trouble } from "../../observation/model.ts";

/** A run that cannot be set up as its scenario wants it, or for want of room; the others of a matrix may be. */
export class SetUpFailed extends Error {
  override readonly name = "SetUpFailed";
  readonly kind: Trouble["kind"];

  constructor(message: string, { kind = "workspace", ...options }: ErrorOptions & { kind?: Trouble["kind"] } = {}) {
    super(message, options);
    this.kind = kind;
  }
}
