/** Waits for all of them, and only then rejects as the first that failed: whoever cleans up after it meets nobody at work. */
export async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
