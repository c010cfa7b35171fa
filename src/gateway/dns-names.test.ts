import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UNREACHABLE } from "../scenario/model.ts";
import { createDnsNames } from "./dns-names.ts";

const TYPE = { A: 1, AAAA: 28, SRV: 33 } as const;

function question(name: string, type: number, id = 0x1234): Buffer {
  const labels = name.split(".").flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  const head = Buffer.from([id >> 8, id & 0xff, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

/** Address of the one A record; `null` where the answer is empty. */
function addressIn(answer: Buffer | null): string | null {
  if (answer === null) throw new Error("no answer");
  return answer.readUInt16BE(6) === 0 ? null : [...answer.subarray(-4)].join(".");
}

describe("the names of a sandbox's network", () => {
  it("gives each name an address of its own, the same every time and in any case, and knows the name by it", () => {
    const names = createDnsNames(() => undefined);
    const first = addressIn(names.answer(question("feeds.example.com", TYPE.A)));
    const second = addressIn(names.answer(question("other.example.com", TYPE.A)));
    expect(first).toBe("198.18.0.1");
    expect(second).toBe("198.18.0.2");
    expect(addressIn(names.answer(question("FEEDS.example.com", TYPE.A)))).toBe(first);
    expect(names.hostAt("198.18.0.2")).toBe("other.example.com");
  });

  it("is the address itself that a host is called by which nobody asked for by name", () => {
    expect(createDnsNames(() => undefined).hostAt("203.0.113.7")).toBe("203.0.113.7");
  });

  it("answers every other question about a name with nothing, and no error", () => {
    for (const type of [TYPE.AAAA, TYPE.SRV]) {
      const answer = createDnsNames(() => undefined).answer(question("feeds.example.com", type));
      expect(addressIn(answer)).toBeNull();
      expect((answer?.readUInt16BE(2) ?? -1) & 0xf).toBe(0);
    }
  });

  it("gives a host that cannot be reached no address, one where nothing listens, or one where all is dropped", () => {
    const names = createDnsNames(
      () => undefined,
      (name) => UNREACHABLE.find((why) => name.startsWith(why)) ?? null,
    );
    const told = UNREACHABLE.map((why) =>
      [TYPE.A, TYPE.AAAA].map((type) => {
        const answer = names.answer(question(`${why}.example.com`, type)) ?? Buffer.alloc(12);
        const found = answer.readUInt16BE(6) === 0 ? "nothing" : answer.subarray(type === TYPE.A ? -4 : -16).toString("hex");
        return `code ${(answer[3] ?? 0) & 0xf}, ${found}`;
      }),
    );
    expect(told).toEqual([
      ["code 3, nothing", "code 3, nothing"],
      ["code 0, nothing", `code 0, ${"0".repeat(31)}1`],
      ["code 0, c6336401", "code 0, nothing"],
    ]);
  });

  it("repeats the question and its id, as resolvers demand", () => {
    const asked = question("feeds.example.com", TYPE.A, 0xbeef);
    const answer = createDnsNames(() => undefined).answer(asked);
    expect(answer?.readUInt16BE(0)).toBe(0xbeef);
    expect(answer?.subarray(12, asked.length).equals(asked.subarray(12))).toBe(true);
  });

  it("tells of every question", () => {
    const told: [string, number][] = [];
    const names = createDnsNames((name, type) => told.push([name, type]));
    names.answer(question("Feeds.example.com", TYPE.A));
    names.answer(question("feeds.example.com", TYPE.AAAA));
    expect(told).toEqual([
      ["feeds.example.com", 1],
      ["feeds.example.com", 28],
    ]);
  });

  it("answers any bytes without a fault, in few bytes, and never an answer", () => {
    const names = createDnsNames(() => undefined);
    const holds = fc.check(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), fc.uint8Array({ maxLength: 300 }).map(afterHeader)), (bytes) => {
        const answer = names.answer(bytes);
        const isAnswer = ((bytes[2] ?? 0x80) & 0x80) !== 0;
        return isAnswer ? answer === null : (answer?.length ?? 0) <= bytes.length + 16;
      }),
    );
    expect(holds).toMatchObject({ failed: false });
  });
});

function afterHeader(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), bytes]);
}
