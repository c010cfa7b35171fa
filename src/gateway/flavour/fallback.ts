/**
 * Where registries send those who ask for a package that they lack. No index declares this name, so it is answered
 * from `[index.default]`, like the real fallback; it is a reserved name, so nothing outside can ever be asked.
 */
export const FALLBACK_ORIGIN = "https://fallback.example";

export function fallbackUrl(name: string): string {
  return `${FALLBACK_ORIGIN}/simple/${encodeURIComponent(name)}/`;
}
