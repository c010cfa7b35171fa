import { createHash } from "node:crypto";
import type { Distribution } from "../../../scenario/distribution.ts";

/** A form that is uploaded, and what the script's server calls its kind. */
export interface UploadSample {
  readonly kind: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

const BOUNDARY = "zq-boundary";
const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const NEW = Buffer.from("zq new");

/** Every kind of upload: incomplete; and with a digest that fits or not, a new file, one that is there, another of its name. */
export function uploadSamples(present: Distribution | null, bytes: Uint8Array | null): UploadSample[] {
  const files: (readonly [kind: string, filename: string, content: Uint8Array])[] = [["new", "zq_new-1.0.0-py3-none-any.whl", NEW]];
  if (present !== null && bytes !== null) files.push(["same", present.filename, bytes], ["other", present.filename, NEW]);
  return [
    { kind: "incomplete", contentType: CONTENT_TYPE, body: form([["name", "zq"]], null) },
    ...files.flatMap(([kind, filename, content]) =>
      [true, false].map((fits) => ({
        kind: fits ? kind : `wrong ${kind}`,
        contentType: CONTENT_TYPE,
        body: form(
          [
            [":action", "file_upload"],
            ["name", "zq_new"],
            ["version", "1.0.0"],
            [
              "sha256_digest",
              createHash("sha256")
                .update(fits ? content : `not ${kind}`)
                .digest("hex"),
            ],
          ],
          { filename, content },
        ),
      })),
    ),
  ];
}

function form(fields: readonly (readonly [string, string])[], file: { filename: string; content: Uint8Array } | null): Uint8Array {
  const part = (disposition: string): string => `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;
  return Buffer.concat([
    ...fields.map(([name, value]) => Buffer.from(`${part(`name="${name}"`)}${value}\r\n`)),
    ...(file === null
      ? []
      : [Buffer.from(part(`name="content"; filename="${file.filename}"`)), Buffer.from(file.content), Buffer.from("\r\n")]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}
