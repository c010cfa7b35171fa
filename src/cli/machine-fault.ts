/** What the system says where it has no more to give, and what to do about it. */
const WANTING: Readonly<Record<string, string>> = {
  EMFILE: "too few files may be open at once: raise the limit (`ulimit -n 1024`), or run fewer at once (`--jobs 1`)",
  ENFILE: "the system has too many open files: end other programs",
  ENOSPC: "the disk is full: make room, or name another place (TMPDIR for runs, UV_MRE_CACHE_DIR for the cache)",
  EDQUOT: "your quota of disk is used up: make room, or name another place (TMPDIR for runs, UV_MRE_CACHE_DIR for the cache)",
  EROFS: "the disk is read-only: name another place (TMPDIR for runs, UV_MRE_CACHE_DIR for the cache)",
  ENOMEM: "the machine has no memory left: end other programs, or run fewer at once (`--jobs 1`)",
  EAGAIN: "the system starts no more processes: raise the limit (`ulimit -u`), or run fewer at once (`--jobs 1`)",
};

/** Why the machine itself could not do what was asked, in a line for its user; `null` where an error is about something else. */
export function machineFault(error: unknown): string | null {
  for (const each of withCauses(error)) {
    const { code } = each as NodeJS.ErrnoException;
    const advice = code === undefined ? undefined : WANTING[code];
    if (advice !== undefined) return `${advice}\n${each.message}`;
  }
  return null;
}

/** An error, and those that it came from or that came on the way out of it. */
function withCauses(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const { cause, errors, error: later, suppressed } = error as Error & Partial<AggregateError & SuppressedError>;
  return [error, ...[cause, ...(errors ?? []), suppressed, later].flatMap(withCauses)];
}
