import { isTable } from "../../scenario/schema/value.ts";

/** How a page's links to files are written. */
export interface LinkForm {
  /** A path of the host, a path from the page, one below a `base` element, or a whole URL. */
  readonly form: "absolute" | "relative" | "base" | "url";
  /** Scheme of a whole URL that names the index's own host. */
  readonly scheme: "http" | "https" | null;
}

/** The form of a page's first link; `null` where it has none. `host` is the index's own, without its port. */
export function linkForm(page: string, type: string, host: string): LinkForm | null {
  const isJson = type.endsWith("json");
  const link = isJson ? firstInJson(page) : (/<a\b[^>]*?\bhref\s*=\s*["']?([^"'\s>]+)/iu.exec(page)?.[1] ?? null);
  if (link === null) return null;
  const scheme = /^(https?):\/\//iu.exec(link)?.[1]?.toLowerCase();
  if (scheme === "http" || scheme === "https") return { form: "url", scheme: URL.parse(link)?.hostname === host ? scheme : null };
  if (!isJson && /<base\b[^>]*\bhref\s*=/iu.test(page)) return { form: "base", scheme: null };
  return { form: link.startsWith("/") ? "absolute" : "relative", scheme: null };
}

function firstInJson(page: string): string | null {
  try {
    const document: unknown = JSON.parse(page);
    const files: unknown = isTable(document) ? document["files"] : null;
    const first: unknown = Array.isArray(files) ? files[0] : null;
    const url = isTable(first) ? first["url"] : null;
    return typeof url === "string" ? url : null;
  } catch {
    return null;
  }
}
