/** What is to be undone, last in, first out: the part of `AsyncDisposableStack` that is used here. Node 22 has none. */
export class Cleanup implements AsyncDisposable {
  #steps: (() => PromiseLike<void>)[] = [];

  use<Value extends AsyncDisposable>(value: Value): Value {
    this.defer(() => value[Symbol.asyncDispose]());
    return value;
  }

  defer(step: () => PromiseLike<void>): void {
    this.#steps.push(step);
  }

  /** What was gathered so far, as another's from now on. */
  move(): Cleanup {
    const moved = new Cleanup();
    [moved.#steps, this.#steps] = [this.#steps, []];
    return moved;
  }

  /** Does all of it, also where one fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = [];
    for (const step of this.#steps.splice(0).toReversed()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join("; "));
    if (errors.length === 1) throw errors[0];
  }
}
