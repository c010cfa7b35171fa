/** A mistake of the user: printed without a stack trace, exit status 2. */
export class UserError extends Error {
  override readonly name = "UserError";
}
