// Writes the shapes of tokens that gitleaks knows, from its own table: node scripts/generate-token-rules.ts GITLEAKS.toml VERSION.
// `go mod download -json github.com/zricethezav/gitleaks/v8@latest` says where the table is: config/gitleaks.toml.
import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "smol-toml";

interface Rule {
  readonly id: string;
  readonly regex?: string;
  readonly keywords?: readonly string[];
  readonly entropy?: number;
}

/** Told by what stands around a value, not by its own shape: literal passwords are another matter here, and bare hex is no token. */
const CONTEXTUAL = /^(?:\(\?i\))?\[\\w\.-\]/;
const LEFT_OUT = new Set([
  "curl-auth-header",
  "curl-auth-user",
  "facebook-access-token",
  "freemius-secret-key",
  "generic-api-key",
  "gitlab-session-cookie",
  "jwt-base64",
  "kubernetes-secret-yaml",
  "nuget-config-password",
  "sidekiq-sensitive-url",
  "sourcegraph-access-token",
]);
/** What gitleaks wants behind a token in source code; in a URL an `@` stands there. */
const BEHIND = [String.raw`(?:[\x60'"\s;]|\\[nr]|$|\b)`, String.raw`(?:[\x60'"\s;]|\\[nr]|$)`];

const [file, version] = process.argv.slice(2);
if (file === undefined || version === undefined) throw new Error("usage: node scripts/generate-token-rules.ts GITLEAKS.toml VERSION");
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- gitleaks' own table, whose shape its tests hold
const { rules } = parse(readFileSync(file, "utf8")) as unknown as { rules: Rule[] };
const kept = rules.flatMap(({ id, regex, keywords = [], entropy = 0 }) => {
  if (regex === undefined || keywords.length === 0 || LEFT_OUT.has(id) || CONTEXTUAL.test(regex)) return [];
  const pattern = BEHIND.reduce((text, behind) => text.replaceAll(behind, String.raw`(?:[^\w-]|$)`), regex);
  // A token begins a word, also where gitleaks does not ask for it.
  const word = /^(?:[A-Za-z]|\(\?:[a-z])/.test(pattern) ? String.raw`\b` : "";
  return [{ id, pattern: word + pattern, keywords: keywords.map((keyword) => keyword.toLowerCase()), entropy }];
});
const lines = kept.map((rule) => `  ${JSON.stringify(rule)},`);
const text = `// Made by scripts/generate-token-rules.ts from gitleaks ${version}, Copyright (c) 2019 Zachary Rice, MIT License:
// Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
// files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
// modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
// is furnished to do so, subject to the following conditions: The above copyright notice and this permission notice shall be
// included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND,
// EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
// NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
// WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR
// OTHER DEALINGS IN THE SOFTWARE.
import type { TokenRule } from "./token-rule.ts";

/** Shapes that issuers give their tokens, in RE2's syntax; a text without one of a rule's keywords has none of its tokens. */
export const GITLEAKS_RULES: readonly TokenRule[] = [
${lines.join("\n")}
];
`;
writeFileSync(new URL("../src/scenario/secret/gitleaks-rules.ts", import.meta.url), text);
console.log(`${kept.length} of ${rules.length} rules`);
