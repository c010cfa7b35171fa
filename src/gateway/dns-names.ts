import type { Unreachable } from "../scenario/model.ts";

/** Names that steps ask for: each gets an address of its own, so that a connection tells which host is meant. */
export interface DnsNames {
  /** The answer to a DNS message; `null`: none is owed to what is no question. */
  answer(message: Uint8Array): Buffer | null;
  /** The host behind an address: the name that got it, else the address itself, as where a URL says it. */
  hostAt(address: string): string;
}

const HEADER_BYTES = 12;
const TYPE_A = 1;
const TYPE_AAAA = 28;
const CLASS_IN = 1;
const NOT_IMPLEMENTED = 4;
const SERVER_FAILURE = 2;
const NO_SUCH_NAME = 3;

/** Set aside for measuring networks, so nobody's: 198.18.0.1 to 198.19.255.255. */
const FIRST_ADDRESS = 0xc6120001;
const MOST_NAMES = 0x1fffe;

/** Nothing listens there: every IPv4 address has the listeners of the network, so a host that refuses has an IPv6 one. */
const REFUSING = Buffer.concat([Buffer.alloc(15), Buffer.from([1])]);
/** Of those that are set aside for documentation; the network drops what is sent there (`programs/sandbox/holder.py`). */
const SILENT = addressBytes(0xc6336401);

/**
 * @param onQuestion told of every question, with the name in lower case.
 * @param unreachable why the host of a name cannot be reached now; `null`: it can.
 */
export function createDnsNames(
  onQuestion: (name: string, type: number) => void,
  unreachable: (name: string) => Unreachable | null = () => null,
): DnsNames {
  const addresses = new Map<string, number>();
  const hosts = new Map<string, string>();

  function addressOf(name: string): number | null {
    const known = addresses.get(name);
    if (known !== undefined) return known;
    if (addresses.size >= MOST_NAMES) return null;
    const address = FIRST_ADDRESS + addresses.size;
    addresses.set(name, address);
    hosts.set(textOf(address), name);
    return address;
  }

  return {
    hostAt: (address) => hosts.get(address) ?? address,
    answer(message) {
      const query = Buffer.from(message);
      // A message with the answer's bit set would have two of these talk to each other for good.
      if (query.length < HEADER_BYTES || ((query[2] ?? 0) & 0x80) !== 0) return null;
      const question = query.readUInt16BE(4) === 1 ? readQuestion(query) : null;
      if (question === null) return reply(query.subarray(0, HEADER_BYTES), NOT_IMPLEMENTED, null);
      const { name, type, end } = question;
      const asked = query.subarray(0, end);
      onQuestion(name, type);
      const why = unreachable(name);
      if (why === "no-such-host") return reply(asked, NO_SUCH_NAME, null);
      if (why === "connection-refused") return reply(asked, 0, type === TYPE_AAAA ? { type, address: REFUSING } : null);
      // All there is of a name is an IPv4 address: to every other question the answer is empty, as for a real one.
      if (type !== TYPE_A) return reply(asked, 0, null);
      if (why === "connect-timeout") return reply(asked, 0, { type, address: SILENT });
      const address = addressOf(name);
      return address === null ? reply(asked, SERVER_FAILURE, null) : reply(asked, 0, { type, address: addressBytes(address) });
    },
  };
}

/** The first question; `null` where it is cut short or of another class. */
function readQuestion(query: Buffer): { name: string; type: number; end: number } | null {
  const labels: string[] = [];
  let position = HEADER_BYTES;
  for (;;) {
    const length = query[position];
    // From 64 on it would be a reference to an earlier name, and a first one has none.
    if (length === undefined || length > 63) return null;
    position++;
    if (length === 0) break;
    labels.push(query.toString("latin1", position, position + length));
    position += length;
  }
  if (position + 4 > query.length || position - HEADER_BYTES > 255) return null;
  if (query.readUInt16BE(position + 2) !== CLASS_IN) return null;
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(position), end: position + 4 };
}

/** `asked` is the header with the question, where there is one. */
function reply(asked: Buffer, code: number, found: { readonly type: number; readonly address: Buffer } | null): Buffer {
  const head = Buffer.from(asked);
  // An answer, by who knows; recursion is offered, and was wished for as the question says.
  head.writeUInt16BE(0x8480 | (asked.readUInt16BE(2) & 0x0100) | code, 2);
  head.writeUInt16BE(asked.length > HEADER_BYTES ? 1 : 0, 4);
  head.writeUInt16BE(found === null ? 0 : 1, 6);
  head.writeUInt32BE(0, 8);
  if (found === null) return head;
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  record.writeUInt16BE(found.type, 2);
  record.writeUInt16BE(CLASS_IN, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(found.address.length, 10);
  return Buffer.concat([head, record, found.address]);
}

function addressBytes(address: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(address);
  return bytes;
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");
}
