import type { Change } from "../model.ts";
import type { Path } from "../problem.ts";
import { readRequirement } from "../requirement.ts";
import type { RawChange } from "../schema/step.ts";
import { checkIndex, checkPackage, readUserReference, type ReadContext } from "./context.ts";
import { readFaults } from "./fault.ts";
import { readGenerated } from "./package.ts";

const KINDS = ["user", "publish", "yank", "faults"] as const;

/** Reads what changes from a step on: exactly one of `user`, `publish`, `yank`, `faults`. */
export function readChange(context: ReadContext, raw: RawChange, path: Path): Change[] {
  const { problems } = context;
  const given = KINDS.filter((key) => raw[key] !== undefined);
  const [kind, second] = given;
  if (kind === undefined) {
    context.absent([path], "missing-key", path, "says nothing that changes", { hint: "one of `user`, `publish`, `yank`, `faults`" });
    return [];
  }
  if (second !== undefined) {
    problems.error("conflict", [...path, second], `${given.map((key) => `\`${key}\``).join(" and ")} exclude each other`, { atKey: true });
    return [];
  }
  if (kind === "user") return readUserState(context, raw, path);
  if (raw.state !== undefined) problems.error("conflict", [...path, "state"], "`state` goes with `user`", { atKey: true });
  const { index } = raw;
  if (index === undefined) {
    context.absent([[...path, "index"]], "missing-key", [...path, "index"], `\`${kind}\` needs the \`index\` that changes`);
    return [];
  }
  if (!checkIndex(context, index, [...path, "index"], { withDefault: true })) return [];
  if (raw.publish !== undefined) {
    return readGenerated(context, raw.publish, [...path, "publish"], index).map((found) => ({ kind: "publish", index, package: found }));
  }
  if (raw.yank !== undefined) return readYank(context, raw.yank, [...path, "yank"], index);
  return [{ kind: "faults", index, faults: readFaults(context, raw.faults, [...path, "faults"]) }];
}

function readUserState(context: ReadContext, raw: RawChange, path: Path): Change[] {
  if (raw.index !== undefined) {
    context.problems.error("conflict", [...path, "index"], "`user` names the index itself: `INDEX.USER`", { atKey: true });
  }
  const reference = readUserReference(context, raw.user ?? "", [...path, "user"]);
  if (raw.state === undefined) context.absent([[...path, "state"]], "missing-key", [...path, "state"], "`user` needs the new `state`");
  if (reference === null || raw.state === undefined) return [];
  return [{ kind: "user-state", index: reference.index, user: reference.user, state: raw.state }];
}

function readYank(context: ReadContext, text: string, path: Path, index: string): Change[] {
  const requirement = readRequirement(text);
  if (requirement === null || requirement.pinned === null) {
    context.problems.error("bad-requirement", path, "what is yanked is written `NAME==VERSION`");
    return [];
  }
  checkPackage(context, index, requirement.name, path);
  return [{ kind: "yank", index, package: requirement.name, version: requirement.pinned }];
}
