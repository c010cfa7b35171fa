/**
 * The real keyring of the keyring tool, in runs and in exports; the newest when this was written, with what it needs as of the
 * date, which also is the date for real packages where a scenario names none.
 */
export const KEYRING = { requirement: "keyring==25.7.0", asOf: "2026-11-01" };
