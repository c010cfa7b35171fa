import * as v from "valibot";
import type { KeyringRecord } from "../observation/model.ts";
import type { KeyringMatcher } from "../scenario/model.ts";
import { oneOrMore, text } from "../scenario/schema/value.ts";
import { either } from "./clause.ts";
import { neverExit } from "./exit.ts";
import type { Keys } from "./key.ts";
import { clauseWords, type ListKind } from "./kind.ts";

const OWNERS = {
  venv: "the venv's keyring",
  tool: "the keyring tool",
  other: "another keyring",
} satisfies Record<KeyringRecord["from"], string>;

const textOrTexts = oneOrMore(text);

const KEYS = {
  operation: {
    schema: textOrTexts,
    note: "First argument, for example `get`.",
    role: "selects",
    field: "operation",
    operator: "is",
    words: (operations, quote) => `to ${either(operations, quote)}`,
  },
  service: {
    schema: textOrTexts,
    note: "Service that was asked for, or a whole pattern where it holds `*`.",
    role: "selects",
    field: "service",
    operator: "whole",
    words: (services, quote) => `for the service ${either(services, quote)}`,
  },
  from: {
    schema: oneOrMore(v.picklist(["venv", "tool", "other"])),
    note: "Whose keyring was run.",
    role: "holds",
    field: "from",
    operator: "is",
    words: (owners) => `comes from ${either(owners, (owner) => new Map(Object.entries(OWNERS)).get(owner) ?? owner)}`,
  },
  user: {
    schema: textOrTexts,
    note: "User that was asked for.",
    names: "user",
    role: "holds",
    field: "user",
    operator: "is",
    words: (users, quote) => `asks for the user ${either(users, quote)}`,
  },
  args: {
    schema: textOrTexts,
    note: "An argument of the call, or a whole pattern where it holds `*`.",
    role: "holds",
    field: "args",
    operator: "whole",
    words: (args, quote) => `has the argument ${either(args, quote)}`,
  },
  raised: {
    schema: textOrTexts,
    note: 'Class of the exception; "nothing" for a call that raised none.',
    role: "holds",
    field: "raised",
    operator: "is",
    never: (name) => (name === "" ? { message: "an exception's class has a name", hint: 'for none write "nothing"' } : null),
    compared: (name) => lastName(String(name)),
    words: (names, quote) => `raises ${either(names, (name) => (name === NOTHING ? name : quote(name)))}`,
  },
  finished: {
    schema: v.boolean(),
    note: "`false`: killed, or hanging when the step ended.",
    role: "holds",
    field: "finished",
    operator: "is",
    words: ([finished]) => (finished === true ? "finishes" : "is killed or still hanging when the step ends"),
  },
  exit: {
    schema: oneOrMore(v.pipe(v.number(), v.integer())),
    note: "Exit status of the keyring command.",
    never: neverExit,
    role: "holds",
    field: "exit",
    operator: "is",
    words: (statuses) => `exits with ${either(statuses)}`,
  },
} satisfies Keys<KeyringMatcher>;

/** The calls of a `keyring` command. */
export const KEYRING: ListKind = {
  note: "Calls of a `keyring` command.",
  keys: KEYS,
  source: "keyring",
  among: [],
  noun: "keyring call",
  seen: ({ keyring }) => keyring.map((record) => ({ fields: fieldsOf(record), line: lineOf(record) })),
  conflicts: ({ finished, exit }: KeyringMatcher) =>
    finished === false && exit !== undefined ? [{ key: "exit", message: "a call that did not finish has no exit status" }] : [],
  impossible: ({ finished, raised, operation }: KeyringMatcher) => {
    if (finished === false && raised !== undefined && !raised.includes(""))
      return { key: "raised", message: "a call that did not finish has neither raised nor not raised" };
    if (operation === undefined || operation.length === 0 || !operation.every((word) => word.startsWith("-"))) return null;
    return { key: "operation", message: "an option is no operation", hint: "`args` sees every argument" };
  },
  words: clauseWords("keyring call", KEYS),
};

const NOTHING = "nothing";

function fieldsOf({ argv, from, raised, finished, exit }: KeyringRecord) {
  return { ...readArguments(argv), args: argv, from, raised: raisedBy(raised, finished), finished, exit };
}

/** A call that never ended has shown nothing yet: that is not "nothing raised". */
function raisedBy(raised: string | null, finished: boolean): string | null {
  if (raised !== null) return lastName(raised);
  return finished ? NOTHING : null;
}

/** `keyring.errors.NoKeyringError` and `NoKeyringError` are the same class. */
function lastName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Options of keyring's command line that take a value of their own. Exported scripts know the same. */
export const WITH_VALUE = new Set(["-p", "--keyring-path", "-b", "--keyring-backend", "--mode", "--output", "--print-completion"]);

/** The three positional arguments, wherever the options stand (uv writes `get SERVICE --mode creds`). Empty where absent. */
function readArguments(argv: readonly string[]): { operation: string; service: string; user: string } {
  const positional: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (WITH_VALUE.has(word)) at++;
    else if (!word.startsWith("-")) positional.push(word);
  }
  const [operation = "", service = "", user = ""] = positional;
  return { operation, service, user };
}

const PLACES = { venv: "of the venv", tool: "of the tool", other: "another one" } as const satisfies Record<KeyringRecord["from"], string>;

function lineOf(record: KeyringRecord): string {
  const outcome = record.finished ? `raised ${record.raised ?? NOTHING}, exit status ${record.exit ?? "unknown"}` : "did not finish";
  return `keyring ${record.argv.join(" ")} (${PLACES[record.from]}): ${outcome}`;
}
