import { cutBy, type Cut, type Edit } from "./cut.ts";
import type { Piece } from "./pieces.ts";

/** What a step does besides its command; a later step can do it as well. */
const MOVED = new Set(["write", "delete", "set", "fresh", "dist"]);

/** A step that leads up to the one that tells; the numbers of those after it change where options of `[vary]` name them. */
export function stepsOf(pieces: readonly Piece[], toml: string): Cut[] {
  return leadingSteps(pieces).map(({ step, position }) =>
    cutBy(`step ${position + 1}`, [{ from: step.from, to: step.to, text: "" }, ...renumbered(toml, position)]),
  );
}

/** A step without its command: what else it does is done by the next one, which does nothing of the kind yet. */
export function mergedSteps(pieces: readonly Piece[], toml: string): Cut[] {
  return leadingSteps(pieces).flatMap(({ step, position, next }) => {
    const keys = keysOf(step, pieces);
    const there = next === undefined ? [] : keysOf(next, pieces).map(({ path }) => path[2]);
    const moved = keys.filter(({ path }) => MOVED.has(String(path[2])));
    if (next === undefined || moved.length === 0 || moved.some(({ path }) => there.includes(path[2]))) return [];
    const head = next.from + toml.slice(next.from, next.to).indexOf("[[step]]\n") + "[[step]]\n".length;
    const text = moved.map((key) => `${key.text}\n`).join("");
    const edits = [{ from: step.from, to: step.to, text: "" }, { from: head, to: head, text }, ...renumbered(toml, position)];
    return [cutBy(`the command of step ${position + 1}`, edits)];
  });
}

function leadingSteps(pieces: readonly Piece[]): { readonly step: Piece; readonly position: number; readonly next: Piece | undefined }[] {
  const steps = pieces.filter(({ path, kind }) => kind === "table" && path[0] === "step" && path.length === 2);
  return steps.flatMap((step, at) => {
    const isTelling = /^(?:reproduced|healthy)\b/mu.test(step.text);
    return isTelling ? [] : [{ step, position: Number(step.path[1]), next: steps[at + 1] }];
  });
}

function keysOf(step: Piece, pieces: readonly Piece[]): Piece[] {
  return pieces.filter(({ path, kind }) => kind === "key" && path.length === 3 && path[0] === "step" && path[1] === step.path[1]);
}

/** The numbers of steps in options of `[vary]`, once one is not there. */
function renumbered(toml: string, without: number): Edit[] {
  const vary = toml.search(/^\[vary\b/mu);
  if (vary < 0) return [];
  return [...toml.slice(vary).matchAll(/(?<=\bstep(?: = \{ |\.))\d+/gu)].flatMap(({ 0: number, index }) => {
    const text = String(Number(number) - (Number(number) > without ? 1 : 0));
    return text === number ? [] : [{ from: vary + index, to: vary + index + number.length, text }];
  });
}
