import type { Cell, IndexTable, Row } from "../../../export/answer-table.ts";
import type { AskedCell } from "./ask-address.ts";
import { type Credential, foldWho } from "./credential.ts";
import type { State } from "./state.ts";

/** What was asked of one index: cells by address. */
export type AskedRows = ReadonlyMap<string, readonly AskedCell[]>;

/** Folds credentials that are answered alike, at every address and in every state, into one class. */
export function foldIndex(
  asked: AskedRows,
  states: readonly State[],
  credentials: readonly Credential[],
): Pick<IndexTable, "states" | "who" | "authorization" | "rows"> {
  const cells = [...asked.values()].flat();
  const classes = new Map<string, number>();
  const authorization: string[] = [];
  const representative: (readonly [state: number, credential: number])[] = [];
  const classAt = states.map((_, state) =>
    credentials.map((__, credential) => {
      const said = new Set(cells.map((cell) => cell.authorization[state]?.[credential] ?? ""));
      if (said.size > 1) throw new Error(`what a request carries hangs on its address: ${[...said].join(", ")}`);
      const key = [...said, ...cells.map((cell) => cell.answers[state]?.[credential])].join(" ");
      let number = classes.get(key);
      if (number === undefined) {
        classes.set(key, (number = classes.size));
        authorization.push([...said][0] ?? "unknown");
        representative.push([state, credential]);
      }
      return number;
    }),
  );
  const tables = new Map<string, number>();
  const who: IndexTable["who"][number][] = [];
  const byState = states.map(({ key }, state) => {
    const folded = foldWho(credentials.map((credential, at) => [credential, classAt[state]?.[at] ?? 0]));
    const text = JSON.stringify(folded);
    if (!tables.has(text)) tables.set(text, who.push(folded) - 1);
    return [key, tables.get(text) ?? 0] as const;
  });
  const byClass = (cell: AskedCell): Cell => alike(representative.map(([state, credential]) => cell.answers[state]?.[credential] ?? 0));
  return {
    states: Object.fromEntries(byState),
    who,
    authorization,
    rows: Object.fromEntries([...asked].map(([address, all]) => [address, foldRow(all, byClass)])),
  };
}

function foldRow(cells: readonly AskedCell[], byClass: (cell: AskedCell) => Cell): Row {
  const methods = [...new Set(cells.map(({ method }) => method))];
  const entries = new Map<string, { methods: string[]; purpose: string; cell: Cell }>();
  for (const method of methods) {
    const own = cells.filter((cell) => cell.method === method);
    const folded = own.map((cell) => [cell.kind ?? "", byClass(cell)] as const);
    const texts = new Set(folded.map(([, cell]) => JSON.stringify(cell)));
    const [first] = folded;
    // What is uploaded is told apart also where it is answered alike: it is kept.
    const same = texts.size === 1 && !own.some(({ isUpload }) => isUpload);
    const cell = (own.length === 1 || same ? first?.[1] : Object.fromEntries(folded)) ?? 0;
    const purpose = own[0]?.purpose ?? "other";
    if (own.some((each) => each.purpose !== purpose)) throw new Error("what a request is for hangs on its headers");
    const key = JSON.stringify([purpose, cell]);
    const entry = entries.get(key);
    if (entry === undefined) entries.set(key, { methods: [method], purpose, cell });
    else entry.methods.push(method);
  }
  return [...entries.values()].map((entry) => [entry.methods.join(" "), entry.purpose, entry.cell] as const);
}

function alike(numbers: readonly number[]): Cell {
  const [first = 0] = numbers;
  return numbers.every((number) => number === first) ? first : numbers;
}
