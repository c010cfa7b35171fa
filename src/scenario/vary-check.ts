import { isTable } from "./schema/value.ts";
import { nearest } from "./nearest.ts";
import { UV_VARIABLES } from "./uv-variables.ts";
import { isPosition, unsetPaths } from "./vary-merge.ts";

type Table = Record<string, unknown>;

/** What is wrong with the axes of a scenario's `[vary]` before any option is applied, each with the option's name. */
export function checkVary(document: Table): string[] {
  const { vary } = document;
  if (!isTable(vary)) return [];
  return Object.entries(vary).flatMap(([axis, options]) => {
    if (!isTable(options) || Object.keys(options).length === 0) return [`vary.${axis}: is empty; its first option is the starting point`];
    const pieces = Object.entries(options);
    const equal = pieces.flatMap(([name, piece], at) => {
      const same = pieces.slice(0, at).find(([, other]) => JSON.stringify(other) === JSON.stringify(piece));
      return same === undefined ? [] : [`vary.${axis}.${name}: says the same as ${same[0]}, so one of the two is no option`];
    });
    return [...equal, ...pieces.flatMap(([name, piece]) => (isTable(piece) ? checkPiece(document, `vary.${axis}.${name}`, piece) : []))];
  });
}

function checkPiece(document: Table, place: string, piece: Table): string[] {
  const { before, step, unset } = piece;
  const complaints: string[] = [];
  if (before !== undefined && !(Array.isArray(before) && before.every(isTable)))
    complaints.push(`${place}.before: is a list of steps, as [{ run = "uv auth login …" }]`);
  complaints.push(...checkSteps(document, place, step), ...checkUnset(document, place, unset));
  for (const [where, env] of environments(piece)) {
    for (const name of Object.keys(env)) {
      const near = UV_VARIABLES.has(name) || !name.startsWith("UV_") ? null : nearest(name, UV_VARIABLES);
      if (near !== null && !isOfAnIndex(name))
        complaints.push(`${place}.${where}.${name}: uv knows no such variable; did you mean ${near}?`);
    }
  }
  return complaints;
}

function checkSteps(document: Table, place: string, step: unknown): string[] {
  if (step === undefined) return [];
  const steps = Array.isArray(document["step"]) ? document["step"] : [];
  if (!isTable(step)) return [`${place}.step: would overwrite what is judged; change steps by their number, as step.0.run`];
  return Object.entries(step).flatMap(([position, change]) => {
    if (!isPosition(position, steps.length))
      return [`${place}.step.${position}: there is no such step; they are counted from 0, and the last is ${steps.length - 1}`];
    const judged = ["reproduced", "healthy"].filter((key) => isTable(change) && Object.hasOwn(change, key));
    return judged.map((key) => `${place}.step.${position}.${key}: an option may not overwrite what is judged`);
  });
}

function checkUnset(document: Table, place: string, unset: unknown): string[] {
  if (unset === undefined) return [];
  const form = `${place}.unset: names what is taken away, as { env = ["UV_INDEX"], step.0.env = ["UV_KEYRING_PROVIDER"] }`;
  const paths = unsetPaths(unset);
  if (paths.length === 0) return [form];
  return paths.flatMap((path) => {
    if (path[0] === "step" && path.length < 3) return [`${place}.unset: a step cannot be taken away, its keys can`];
    if (path[0] === "step" && ["reproduced", "healthy"].includes(path[2] ?? ""))
      return [`${place}.unset: an option may not take away what is judged`];
    return isThere(document, path) ? [] : [`${place}.unset: there is no ${path.join(".")} to take away`];
  });
}

function isThere(node: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (Array.isArray(node)) return isPosition(key, node.length) && isThere(node[Number(key)], rest);
  return isTable(node) && Object.hasOwn(node, key) && isThere(node[key], rest);
}

/** Each environment of an option, with its place in it. */
function environments({ env, step, before }: Table): [string, Table][] {
  const found: [string, Table][] = isTable(env) ? [["env", env]] : [];
  const steps = isTable(step) ? Object.entries(step).map(([position, one]): [string, unknown] => [`step.${position}`, one]) : [];
  const ahead = Array.isArray(before) ? before.map((one: unknown, position): [string, unknown] => [`before.${position}`, one]) : [];
  for (const [place, one] of [...steps, ...ahead]) {
    for (const key of ["env", "export"]) if (isTable(one) && isTable(one[key])) found.push([`${place}.${key}`, one[key]]);
  }
  return found;
}

/** `UV_INDEX_NAME_USERNAME`: any name may be meant. */
function isOfAnIndex(name: string): boolean {
  return /^UV_INDEX_\w+_(?:USERNAME|PASSWORD)$/.test(name);
}
