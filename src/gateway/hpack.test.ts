import { Duplex } from "node:stream";
import { connect } from "node:http2";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createHeaderDecoder } from "./hpack.ts";
import { blockOf, createFrameReader, FRAME } from "./http2-frames.ts";

const header = fc.tuple(
  fc.stringMatching(/^x-[a-z0-9-]{1,12}$/),
  fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 40 }),
);

test("what Node's own client encodes is decoded, whatever the headers and however the bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(header, { maxLength: 6, selector: ([name]) => name }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 60 }),
      async (requests, cut) => {
        const bytes: Buffer[] = [];
        const socket = new Duplex({
          read() {},
          write(chunk: Buffer, _, done) {
            bytes.push(chunk);
            done();
          },
        });
        const session = connect("https://feeds.example.com", { createConnection: () => socket });
        session.on("error", () => {});
        for (const [place, fields] of requests.entries()) {
          session
            .request({ ":path": `/${place}`, ...Object.fromEntries(fields) })
            .on("error", () => {})
            .end();
        }
        await new Promise((resolve) => setImmediate(resolve));
        await new Promise((resolve) => setImmediate(resolve));
        session.destroy();
        const read = createFrameReader(new Set([FRAME.headers]), true);
        const all = Buffer.concat(bytes);
        const frames = [];
        for (let at = 0; at < all.length; at += cut) frames.push(...read(all.subarray(at, at + cut)));
        const decoder = createHeaderDecoder();
        const decoded = frames.map((frame) => decoder.decode(blockOf(frame)).filter(([name]) => name.startsWith("x-")));
        expect(decoded).toEqual(requests);
      },
    ),
    { numRuns: 60 },
  );
});

test("damaged blocks are refused", () => {
  for (const bytes of [[0xff], [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0xfe], [0x40, 0x05, 0x61], [0x40, 0x82, 0xff, 0xff]]) {
    expect(() => createHeaderDecoder().decode(Uint8Array.from(bytes))).toThrow("a header block");
  }
});
