/** A failure is not remembered: the next one may fare better. */
export function memoize<Value>(known: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
    value.catch(() => known.delete(key));
  }
  return value;
}

/** The same for one value. */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return () => memoize(known, "", make);
}
