import type { Fault, Redirect } from "../model.ts";
import { didYouMean, type Path } from "../problem.ts";
import type { RawFault, RawRedirect } from "../schema/index-table.ts";
import { indexNames, type ReadContext } from "./context.ts";
import { unreachableBy } from "../own-network.ts";
import { placeholdersIn } from "../placeholder.ts";

/** Which keys belong to which kind of fault. */
const KIND_OF = [
  ["status", "status"],
  ["retry-after", "status"],
  ["delay-ms", "delay"],
] as const;

export function readFaults(context: ReadContext, raw: readonly RawFault[] | undefined, path: Path): Fault[] {
  return (raw ?? []).map((fault, position) => readFault(context, fault, [...path, position]));
}

function readFault(context: ReadContext, raw: RawFault, path: Path): Fault {
  const { problems } = context;
  const given = (["nth", "from", "rate", "always"] as const).filter((key) => raw[key] !== undefined);
  const [, second] = given;
  if (second !== undefined) {
    problems.error("conflict", [...path, second], `${given.map((key) => `\`${key}\``).join(" and ")} exclude each other`, { atKey: true });
  }
  if (raw.seed !== undefined && raw.rate === undefined) {
    context.absent([[...path, "rate"]], "conflict", [...path, "seed"], "`seed` goes with `rate`", { atKey: true });
  }
  if (raw.rate !== undefined && raw.seed === undefined) {
    const message = "`rate` needs a `seed`, so that every run sees the same";
    context.absent([[...path, "seed"]], "missing-key", [...path, "rate"], message, { atKey: true });
  }
  for (const [key, kind] of KIND_OF) {
    if (raw[key] === undefined || raw.kind === kind) continue;
    problems.error("conflict", [...path, key], `\`${key}\` means nothing for a fault of kind "${raw.kind}"`, { atKey: true });
  }
  const part =
    unreachableBy(raw) === null ? undefined : (["for", "path", "nth", "from", "rate"] as const).find((key) => raw[key] !== undefined);
  if (part !== undefined) {
    const hint = "a step's `set = { index = …, faults = [] }` ends it";
    problems.error("conflict", [...path, part], `"${raw.kind}" is said of the whole host, whatever is asked there`, { hint, atKey: true });
  }
  if (raw.kind === "delay" && raw["delay-ms"] === undefined) {
    context.absent([[...path, "delay-ms"]], "missing-key", [...path, "kind"], 'a fault of kind "delay" needs `delay-ms`');
  }
  return { for: raw.for ?? "any", when: whenOf(raw), ...(raw.path === undefined ? {} : { path: raw.path }), ...effectOf(raw) };
}

function effectOf(raw: RawFault) {
  switch (raw.kind) {
    case "status":
      return { kind: raw.kind, status: raw.status ?? 503, retryAfterSeconds: raw["retry-after"] ?? null };
    case "delay":
      return { kind: raw.kind, delayMs: raw["delay-ms"] ?? 0 };
    case "drop":
    case "truncate":
    case "revoke":
    case "no-such-host":
    case "connection-refused":
    case "connect-timeout":
      return { kind: raw.kind };
  }
}

function whenOf(raw: RawFault): Fault["when"] {
  if (raw.nth !== undefined) return { nth: raw.nth };
  if (raw.from !== undefined) return { from: raw.from };
  return raw.rate === undefined ? "always" : { rate: raw.rate, seed: raw.seed ?? 0 };
}

export function readRedirect(context: ReadContext, raw: RawRedirect, path: Path, index: string): Redirect {
  const { problems } = context;
  const names = indexNames(context, { withDefault: true });
  const absolute = /^https?:\/\//i.test(raw.to) && URL.canParse(raw.to);
  const [placeholder] = placeholdersIn(raw.to);
  if (placeholder !== undefined) {
    const advice = "name an index, or write the URL out";
    problems.error("unknown-placeholder", [...path, "to"], `\`${placeholder.text}\` is not filled in here; ${advice}`, {
      find: placeholder.text,
    });
  } else if (raw.to === index) problems.error("conflict", [...path, "to"], "an index that redirects to itself never answers");
  else if (!absolute && !names.includes(raw.to)) {
    const hint = didYouMean(
      raw.to,
      names.filter((name) => name !== index),
    );
    context.absent([["index", raw.to]], "unknown-index", [...path, "to"], `\`${raw.to}\` is neither an index nor an absolute URL`, {
      hint,
    });
  }
  if (absolute && new URL(raw.to).username !== "") {
    problems.error("bad-url", [...path, "to"], "the address holds no credentials", {
      hint: 'write `credentials = "kept"`, or `{ user = … }`',
    });
  }
  const credentials = raw.credentials ?? "none";
  if (typeof credentials === "object") {
    const users = [index, raw.to].flatMap((name) => context.indexes.get(name)?.users ?? []);
    if (!users.includes(credentials.user)) {
      const hint = didYouMean(credentials.user, users);
      const from: Path[] = [index, raw.to].flatMap((name) => [
        ["index", name, "user"],
        ["index", name, "users"],
      ]);
      context.absent(from, "unknown-user", [...path, "credentials", "user"], `there is no user \`${credentials.user}\``, { hint });
    }
  }
  return { to: raw.to, status: raw.status ?? 302, for: raw.for ?? "both", credentials };
}
