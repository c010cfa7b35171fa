import { HUFFMAN_LENGTHS, STATIC_TABLE } from "./hpack-table.ts";

export type HeaderField = readonly [name: string, value: string];

/** Reads the header blocks of one direction of a connection, in their order (RFC 7541). Throws where a block is damaged. */
export interface HeaderDecoder {
  decode(block: Uint8Array): HeaderField[];
}

/** RFC 7541, 4.1: an entry counts 32 bytes more than its text. */
const ENTRY_OVERHEAD = 32;

export function createHeaderDecoder(limit = 4096): HeaderDecoder {
  const table: HeaderField[] = [];
  let size = 0;
  let largest = limit;

  return {
    decode(block) {
      const reader = new BlockReader(block);
      const fields: HeaderField[] = [];
      while (!reader.ended) {
        const first = reader.peek();
        if ((first & 0x80) !== 0) fields.push(entryAt(reader.integer(7)));
        else if ((first & 0xc0) === 0x40) {
          const field = literal(reader, 6);
          add(field);
          fields.push(field);
        } else if ((first & 0xe0) === 0x20) {
          largest = reader.integer(5);
          evict(0);
        } else fields.push(literal(reader, 4));
      }
      return fields;
    },
  };

  function literal(reader: BlockReader, bits: number): HeaderField {
    const index = reader.integer(bits);
    const name = index === 0 ? reader.text() : entryAt(index)[0];
    return [name, reader.text()];
  }

  function entryAt(index: number): HeaderField {
    const entry = index <= STATIC_TABLE.length ? STATIC_TABLE[index - 1] : table[index - STATIC_TABLE.length - 1];
    if (entry === undefined) throw new Error(`a header block names entry ${index}, which is not there`);
    return entry;
  }

  function add(field: HeaderField): void {
    const own = sizeOf(field);
    evict(own);
    if (own > largest) return;
    table.unshift(field);
    size += own;
  }

  function evict(room: number): void {
    while (size + room > largest) {
      const oldest = table.pop();
      if (oldest === undefined) return;
      size -= sizeOf(oldest);
    }
  }
}

function sizeOf([name, value]: HeaderField): number {
  return Buffer.byteLength(name) + Buffer.byteLength(value) + ENTRY_OVERHEAD;
}

class BlockReader {
  readonly #block: Uint8Array;
  #at = 0;

  constructor(block: Uint8Array) {
    this.#block = block;
  }

  get ended(): boolean {
    return this.#at >= this.#block.length;
  }

  peek(): number {
    return this.#block[this.#at] ?? 0;
  }

  /** An integer with a prefix of `bits` (RFC 7541, 5.1). */
  integer(bits: number): number {
    const mask = 2 ** bits - 1;
    let value = this.#next() & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.#next();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value;
    }
    throw new Error("a header block holds an integer that is too large");
  }

  text(): string {
    const encoded = (this.peek() & 0x80) !== 0;
    const length = this.integer(7);
    const bytes = this.#block.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new Error("a header block ends within a text");
    this.#at += length;
    return encoded ? decodeHuffman(bytes) : Buffer.from(bytes).toString("utf8");
  }

  #next(): number {
    const byte = this.#block[this.#at++];
    if (byte === undefined) throw new Error("a header block ends within an integer");
    return byte;
  }
}

/** RFC 7541, 5.2. What is left at the end is padding, shorter than any code. */
function decodeHuffman(bytes: Uint8Array): string {
  const symbols: number[] = [];
  let code = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1);
      length++;
      const symbol = CODES.get(length * 2 ** 32 + code);
      if (symbol === undefined) continue;
      symbols.push(symbol);
      code = 0;
      length = 0;
    }
  }
  if (length > 7) throw new Error("a header block holds a text that is no Huffman code");
  return Buffer.from(symbols).toString("utf8");
}

/** Symbols by length and code. The code is canonical: its lengths say all. */
const CODES: ReadonlyMap<number, number> = canonicalCodes(HUFFMAN_LENGTHS);

function canonicalCodes(lengths: readonly number[]): Map<number, number> {
  const symbols = lengths.map((_, symbol) => symbol).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  const codes = new Map<number, number>();
  let code = 0;
  let previous = 0;
  for (const symbol of symbols) {
    const length = lengths[symbol] ?? 0;
    code *= 2 ** (length - previous);
    codes.set(length * 2 ** 32 + code, symbol);
    code += 1;
    previous = length;
  }
  return codes;
}
