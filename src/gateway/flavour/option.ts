import type { Index } from "../../scenario/model.ts";

/** Flavour details of an index; the parser has checked keys and types, so another type is as good as absent. */

export function flag(index: Index, key: string, otherwise: boolean): boolean {
  const value = index.options[key];
  return typeof value === "boolean" ? value : otherwise;
}

export function integer(index: Index, key: string, otherwise: number): number {
  const value = index.options[key];
  return typeof value === "number" ? value : otherwise;
}

export function text(index: Index, key: string, otherwise: string): string {
  const value = index.options[key];
  return typeof value === "string" ? value : otherwise;
}
