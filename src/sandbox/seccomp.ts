import { endianness } from "node:os";

/**
 * System calls that no step needs and that reach out of its namespaces: the kernel's keyrings are shared with whoever
 * started us, and the others have been the way out of many a sandbox. They answer as on a kernel that has none.
 */
const REFUSED = ["add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup"] as const;

interface Architecture {
  /** As `AUDIT_ARCH_…` numbers it. */
  readonly audit: number;
  readonly numbers: Readonly<Record<(typeof REFUSED)[number], number>>;
  /** Numbers from here on are another way to call the same kernel. */
  readonly below: number;
}

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    numbers: {
      add_key: 248,
      request_key: 249,
      keyctl: 250,
      bpf: 321,
      perf_event_open: 298,
      userfaultfd: 323,
      io_uring_setup: 425,
    },
    below: 0x40000000,
  },
  arm64: {
    audit: 0xc00000b7,
    numbers: {
      add_key: 217,
      request_key: 218,
      keyctl: 219,
      bpf: 280,
      perf_event_open: 241,
      userfaultfd: 282,
      io_uring_setup: 425,
    },
    below: 0x40000000,
  },
};

const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const ERRNO_ENOSYS = 0x00050000 | 38;
const OFFSET_NUMBER = 0;
const OFFSET_ARCHITECTURE = 4;

/** The filter as bwrap reads it (an array of `struct sock_filter`); `null` for a machine whose numbers are not known. */
export function seccompProgram(arch: string): Uint8Array | null {
  const machine = ARCHITECTURES[arch];
  if (machine === undefined || endianness() !== "LE") return null;
  const numbers = REFUSED.map((name) => machine.numbers[name]);
  // Jumps count the instructions between; the last two are: allow, refuse.
  const refuseFrom = (position: number): number => numbers.length + 5 - position - 1;
  const program: [code: number, whenTrue: number, whenFalse: number, value: number][] = [
    [LOAD_WORD, 0, 0, OFFSET_ARCHITECTURE],
    [JUMP_IF_EQUAL, 0, refuseFrom(1), machine.audit],
    [LOAD_WORD, 0, 0, OFFSET_NUMBER],
    [JUMP_IF_AT_LEAST, refuseFrom(3), 0, machine.below],
    ...numbers.map((number, index): [number, number, number, number] => [JUMP_IF_EQUAL, refuseFrom(4 + index), 0, number]),
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, ERRNO_ENOSYS],
  ];
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, whenTrue, whenFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(whenTrue, index * 8 + 2);
    bytes.writeUInt8(whenFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes;
}
