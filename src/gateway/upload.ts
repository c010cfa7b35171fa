import { createHash } from "node:crypto";
import type { Distribution } from "../scenario/distribution.ts";
import { normaliseProject } from "../scenario/requirement.ts";

export type Upload = { readonly kind: "file"; readonly distribution: Distribution } | { readonly kind: "incomplete" | "bad-hash" };

/** Reads what `twine upload` and `uv publish` send: a form with `:action=file_upload`, fields and `content`. */
export async function readUpload(contentType: string | null, body: Uint8Array, digests: boolean): Promise<Upload> {
  const form = await readForm(contentType, body);
  const content = form?.get("content");
  const name = form?.get("name");
  const version = form?.get("version");
  if (!(content instanceof File) || typeof name !== "string" || typeof version !== "string") return { kind: "incomplete" };
  if (name === "" || version === "" || content.name === "") return { kind: "incomplete" };
  const bytes = new Uint8Array(await content.arrayBuffer());
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const claimed = form?.get("sha256_digest");
  if (digests && typeof claimed === "string" && claimed.toLowerCase() !== sha256) return { kind: "bad-hash" };
  const python = form?.get("requires_python");
  return {
    kind: "file",
    distribution: {
      project: normaliseProject(name),
      version,
      filename: content.name,
      sha256,
      size: bytes.byteLength,
      requiresPython: typeof python === "string" && python !== "" ? python : null,
      yanked: false,
      metadata: null,
      visibleTo: null,
      content: { kind: "bytes", bytes },
    },
  };
}

async function readForm(contentType: string | null, body: Uint8Array): Promise<FormData | null> {
  if (contentType === null) return null;
  try {
    return await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
  } catch {
    // Not a form: the client's mistake, answered as such.
    return null;
  }
}
