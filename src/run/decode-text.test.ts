import { expect, test } from "vitest";
import { decodeText } from "./decode-text.ts";

test.each<[string, Buffer, ReturnType<typeof decodeText>]>([
  ["UTF-8", Buffer.from("é\n"), { text: "é\n" }],
  ["UTF-8 with a byte order mark", Buffer.from("\uFEFFa"), { text: "\uFEFFa" }],
  ["nothing", Buffer.alloc(0), { text: "" }],
  ["UTF-16", Buffer.from("\uFEFFa", "utf16le"), { fault: "the text is UTF-16, as older PowerShells write it; save it as UTF-8" }],
  ["Latin-1", Buffer.from("schema = 1\ntitle = 'é'\n", "latin1"), { fault: "line 2 is not UTF-8; save the text as UTF-8" }],
  ["a program", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 0, 0xff]), { fault: "this is no text" }],
])("%s", (_, bytes, decoded) => {
  expect(decodeText(bytes)).toEqual(decoded);
});
