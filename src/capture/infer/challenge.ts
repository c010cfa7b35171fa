/** Names of the schemes of a challenge (`www-authenticate`): `Basic`, `Bearer`. */
export function schemesOf(challenge: string): string[] {
  const names = [...challenge.replaceAll(/"(?:[^"\\]|\\.)*"/gu, '""').matchAll(/(?:^|,)\s*([A-Za-z][\w-]*)(?=\s+[\w-]+\s*=|\s*(?:,|$))/gu)];
  return [...new Set(names.map(([, name]) => name ?? ""))];
}

export function realmOf(challenge: string | null): string | null {
  return /\brealm="((?:[^"\\]|\\.)*)"/iu.exec(challenge ?? "")?.[1] ?? null;
}
