import type { ListLine } from "../../src/report/difference-words.ts";

/** A list with levels. */
export function Lines({ lines }: { readonly lines: readonly ListLine[] }) {
  return (
    <ul>
      {lines.map(({ depth, text }, position) => (
        <li key={position} style={{ marginLeft: `${depth}em` }}>
          {text}
        </li>
      ))}
    </ul>
  );
}
