/** Media types of a project page (PEP 503 and PEP 691). */
export type PageFormat = "json" | "html-v1" | "html";

export const CONTENT_TYPES = {
  json: "application/vnd.pypi.simple.v1+json",
  "html-v1": "application/vnd.pypi.simple.v1+html",
  html: "text/html; charset=utf-8",
} as const satisfies Record<PageFormat, string>;

const FORMATS: Readonly<Record<string, PageFormat>> = {
  "application/vnd.pypi.simple.v1+json": "json",
  "application/vnd.pypi.simple.latest+json": "json",
  "application/vnd.pypi.simple.v1+html": "html-v1",
  "application/vnd.pypi.simple.latest+html": "html-v1",
  "text/html": "html",
};

/**
 * The format that an `Accept` header prefers, by weight and then by order. `text/html` where nothing fits:
 * PEP 691 lets a server answer with its default instead of 406.
 */
export function negotiate(accept: string | null): PageFormat {
  let best: PageFormat = "html";
  let bestWeight = 0;
  for (const item of (accept ?? "").split(",")) {
    const [type = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    const format = FORMATS[type];
    if (format === undefined) continue;
    const weight = weightOf(parameters);
    if (weight > bestWeight) {
      best = format;
      bestWeight = weight;
    }
  }
  return best;
}

function weightOf(parameters: readonly string[]): number {
  const q = parameters.find((each) => each.startsWith("q="));
  if (q === undefined) return 1;
  const weight = Number(q.slice(2));
  return Number.isNaN(weight) ? 1 : weight;
}
