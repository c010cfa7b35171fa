import * as v from "valibot";
import { USER_STATES } from "../model.ts";
import { conditions, exit } from "../../condition/schema.ts";
import { faults } from "./index-table.ts";
import { generatedPackage } from "./package.ts";
import { described, key, oneOrMore, table, text, textTable, texts } from "./value.ts";

/** One of `user`, `publish`, `yank`, `faults`; the reader checks that. */
const change = table({
  user: key(text, "`INDEX.USER` whose state changes."),
  state: key(v.picklist(USER_STATES), "The user's new state."),
  publish: key(generatedPackage, "A package that appears on the index."),
  yank: key(text, "`NAME==VERSION` that is yanked."),
  faults: key(faults, "What goes wrong from now on, in place of what did; `[]` for nothing."),
  index: key(text, "The index that changes (not with `user`)."),
});

export const step = table({
  run: described(v.union([text, texts]), "The command: split at white space, or a list; never a shell."),
  uv: key(text, 'Another release of uv for this step: "0.9.4", or "previous", the one before the release under test.'),
  env: key(textTable, "Environment of this step."),
  export: key(textTable, "Environment of this step and of those after it, as a shell's `export` leaves it."),
  clock: key(text, 'Time from this step on for uv\'s relative `exclude-newer`: "2026-01-31T12:00:00Z", or a day alone.'),
  cwd: key(text, "Folder relative to the project."),
  stdin: key(text, "Standard input; closed unless said."),
  venv: key(v.picklist(["active", "inactive"]), "Whether the virtual environment is active."),
  write: key(textTable, "Files written before the step: path → text; `~/…` is home."),
  fresh: key(v.literal(true), "The venv is removed before the step, as by `delete`."),
  dist: key(oneOrMore(generatedPackage), "Packages whose files are put into `dist` before the step, where `uv publish` looks."),
  delete: key(oneOrMore(text), "Paths removed before the step; `~/…` is home, `{{cache}}` uv's cache."),
  tls: key(v.picklist(["file", "none"]), "How our certificate is trusted: by `SSL_CERT_FILE`, or not at all."),
  set: key(oneOrMore(change), "What changes from this step on."),
  timeout: key(v.pipe(v.number(), v.gtValue(0), v.maxValue(3600)), "Seconds; 60 unless said."),
  exit: key(exit, "What the exit status of a step without conditions must be; 0 unless said."),
  reproduced: key(conditions, "What shows that the bug is there."),
  healthy: key(conditions, "What shows that all is well."),
});

export type RawStep = v.InferOutput<typeof step>;
export type RawChange = v.InferOutput<typeof change>;
