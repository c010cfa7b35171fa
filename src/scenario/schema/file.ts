import * as v from "valibot";
import { KEYRING_MATCHES, OUT_OF_REACH } from "../model.ts";
import { TOOL_NAMES } from "../tools.ts";
import { defaultIndex, git, index, proxy, type RawGit, type RawIndex } from "./index-table.ts";
import { packages } from "./package.ts";
import { step } from "./step.ts";
import { described, key, namedTable, namedTableWith, oneOrMore, table, text, textTable, texts } from "./value.ts";

const keyring = table({
  tool: key(texts, "Install the real `keyring` as a tool, with a plugin that knows the users of these indexes; `[]`: without a plugin."),
  answers: key(
    v.array(
      table({
        service: described(text, "Service, or URL, as uv asks for it."),
        match: key(
          v.picklist(KEYRING_MATCHES),
          'What is asked for: "exact"ly this (unless said), a URL "below" it, any URL on its "host".',
        ),
        user: key(text, "User name; any unless said."),
        gives: key(text, "User name given with the password where none is asked for; `user` unless said."),
        "needs-user": key(v.boolean(), "Whether it gives nothing where no user name is asked for; it does unless said."),
        password: described(text, "Answer, for example `{{secret.INDEX}}`."),
      }),
    ),
    "What the plugin answers, in order; derived from the indexes unless said.",
  ),
});

const venv = table({
  state: key(v.picklist(["absent", "created", "synced"]), 'Before the first step; "absent" unless said.'),
  packages: key(packages, "Requirements installed into it before the first step; a table is built for it alone, no index has it."),
  path: key(text, "Relative to the project; `.venv` unless said."),
});

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript does not say which keys an object has
const NEEDS = Object.keys(OUT_OF_REACH) as (keyof typeof OUT_OF_REACH)[];

/** A scenario file, structure only: what a value means is checked by `read/`. */
export const scenarioFile = table({
  schema: described(v.literal(1), "Version of this format."),
  title: described(text, "What the scenario shows, in one line."),
  description: key(text, "More about it."),
  issue: key(text, "Where it comes from, for example `astral-sh/uv#16402`."),
  supported: key(text, "PEP 440 specifiers of the uv releases that it is about; outside, nothing is run."),
  needs: key(
    oneOrMore(v.picklist(NEEDS)),
    "What it is about and no run has: every release is unsupported then. Uses of uv's `native-auth` need the keychain by themselves.",
  ),
  "as-of": key(text, "Date (2026-11-01): real packages are resolved as PyPI stood then."),
  env: key(textTable, "Environment of every step."),
  index: key(
    namedTableWith({ default: key(defaultIndex, "Answers wherever uv's own default index is asked.") }, index),
    "Indexes by name.",
  ),
  git: key(namedTable(git), "Git servers beside the indexes, by name."),
  proxy: key(proxy, "A company's proxy on the way to the indexes, for the steps that name it in `HTTPS_PROXY`."),
  keyring: key(keyring, "The keyring tool."),
  tools: key(texts, `Programs on PATH beside uv, the real ones from PyPI: ${TOOL_NAMES.join(", ")}; a name, or pinned by \`==\`.`),
  files: key(textTable, "Files of the project: path → text."),
  home: key(textTable, "Files of the home folder: path → text."),
  venv: key(venv, "The project's virtual environment before the first step."),
  step: described(v.array(step), "Commands, in order."),
  claims: key(
    namedTable(v.picklist(["reproduced", "healthy", "unresolved", "unsupported"])),
    "PEP 440 specifiers of uv releases → the verdict they come to.",
  ),
  vary: key(
    namedTable(namedTable(namedTable(v.any()))),
    "For `explore`: axis → option → a piece of a scenario that is merged in; steps under `before` come first.",
  ),
});

export type RawScenario = v.InferOutput<typeof scenarioFile>;
/** The git servers, by name. */
export function declaredGit(raw: RawScenario): [string, RawGit][] {
  return Object.entries(raw.git ?? {});
}

/** The indexes without `default`: TypeScript cannot say that the rest leaves it out. */
export function declaredIndexes(raw: RawScenario): [string, RawIndex][] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return Object.entries(raw.index ?? {}).filter(([name]) => name !== "default") as [string, RawIndex][];
}
