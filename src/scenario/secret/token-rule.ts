/** One shape of an issued token. */
export interface TokenRule {
  readonly id: string;
  /** RE2's syntax; where it has groups, the first that took part is the token. */
  readonly pattern: string;
  /** In small letters; a text that holds none of them, in any case, holds no such token. */
  readonly keywords: readonly string[];
  /** Bits per character that a token has more than; 0: any. */
  readonly entropy: number;
}

/** What gitleaks has not, and package indexes take. */
export const OWN_RULES: readonly TokenRule[] = [
  rule("gitlab-token", String.raw`\bgl(?:pat|dt|cbt|rt|ptt)-[\w-]{20,}(?:\.\w+)*`, ["glpat-", "gldt-", "glcbt-", "glrt-", "glptt-"]),
  rule("github-token", String.raw`\bgh[pousr]_[A-Za-z0-9]{36,}`, ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"]),
  rule("github-fine-grained", String.raw`\bgithub_pat_\w{36,}`, ["github_pat_"]),
  rule("pypi-token", String.raw`\bpypi-AgE[\w-]{16,}`, ["pypi-age"]),
  // Of CodeArtifact, which encrypts its claims: five parts, where the signed ones have three.
  rule("jwe", String.raw`\bey[\w-]{17,}\.[\w-]*\.[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}`, ["eyj"]),
  rule("aws-secret-access-key", String.raw`(?i)aws_?secret_?access_?key["']?\s*[=:]\s*["']?([a-z0-9/+]{40})\b`, ["aws"]),
  rule("azure-devops-pat", String.raw`\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b`, ["azdo"]),
  // No letter tells it, so it must be as varied as only chance makes it.
  rule("azure-devops-pat-old", String.raw`\b[a-z2-7]{52}\b`, [""], 3.8),
  rule("azure-client-secret", String.raw`\b[\w~.]{3}\dQ~[\w~.-]{31,34}`, ["q~"]),
  rule("google-access-token", String.raw`\bya29\.[\w-]{20,}`, ["ya29."]),
  rule("docker-token", String.raw`\bdckr_[op]at_[\w-]{27,}`, ["dckr_pat_", "dckr_oat_"]),
];

function rule(id: string, pattern: string, keywords: readonly string[], entropy = 0): TokenRule {
  return { id, pattern, keywords, entropy };
}

/** Bits per character, by Shannon. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => bits - (count / text.length) * Math.log2(count / text.length), 0);
}
