import type { Scenario } from "./model.ts";
import type { Draft } from "./problem.ts";
import { wordThatChangesPython } from "./read/confined-command.ts";
import { pythonSetting } from "./read/confined-setting.ts";
import { changesPython } from "./read/environment.ts";
import { plainOf } from "./read/path.ts";

/** Something of a scenario that changes the chosen Python itself, with its place. */
export type PythonChange = Pick<Draft, "kind" | "path" | "message" | "find" | "atKey">;

/** All by which a scenario changes the chosen Python, in the order of its steps: with any, its runs need a Python of their own. */
export function pythonChanges({ env, files, home, venv, steps }: Scenario): PythonChange[] {
  return [
    ...ofEnvironment(["env"], env),
    ...ofFiles(["files"], files),
    ...ofFiles(["home"], home),
    ...steps.flatMap((step, position) => {
      const path = ["step", position];
      const word = wordThatChangesPython(step.argv, step.venv === "active", { ...env, ...step.env }, venv.path);
      return [
        ...(word === null ? [] : [changed("bad-command", [...path, "run"], word)]),
        ...ofEnvironment([...path, "env"], step.env),
        ...ofFiles([...path, "write"], step.write),
      ];
    }),
  ];
}

function ofEnvironment(path: Draft["path"], env: Readonly<Record<string, string>>): PythonChange[] {
  return Object.entries(env).flatMap(([name, value]) =>
    changesPython(name, value) ? [{ ...changed("bad-environment", [...path, name], name), find: null, atKey: true }] : [],
  );
}

function ofFiles(path: Draft["path"], files: Readonly<Record<string, string>>): PythonChange[] {
  return Object.entries(files).flatMap(([name, text]) => {
    const find = pythonSetting(plainOf(name), text);
    return find === null ? [] : [changed("bad-path", [...path, name], find)];
  });
}

function changed(kind: Draft["kind"], path: Draft["path"], find: string): PythonChange {
  return { kind, path, message: `\`${find}\` would change the user's own Python`, find, atKey: false };
}
