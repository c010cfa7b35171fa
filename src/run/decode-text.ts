/** A file's text, or what is wrong with its bytes. */
export type Decoded = { readonly text: string } | { readonly fault: string };

/** TOML and Markdown are UTF-8. A byte order mark is left where it is. */
export function decodeText(bytes: Uint8Array): Decoded {
  const text = utf8(bytes);
  if (text !== null && !text.includes("\0")) return { text };
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return { fault: "the text is UTF-16, as older PowerShells write it; save it as UTF-8" };
  if (bytes.includes(0)) return { fault: "this is no text" };
  let line = 1;
  let begin = 0;
  for (let end = bytes.indexOf(10); end !== -1 && utf8(bytes.subarray(begin, end)) !== null; end = bytes.indexOf(10, begin)) {
    begin = end + 1;
    line += 1;
  }
  return { fault: `line ${line} is not UTF-8; save the text as UTF-8` };
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
