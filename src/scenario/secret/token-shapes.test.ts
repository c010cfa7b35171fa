import { expect, test } from "vitest";
import { maskTokens, pastedTokens } from "./pasted-token.ts";

/** Characters as issuers draw them, but made up here, the same in every run. */
function drawn(alphabet: string, length: number): string {
  let state = 12_345;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return alphabet[Math.floor((state / 2_147_483_648) * alphabet.length)];
  }).join("");
}

const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SMALL = CAPITALS.toLowerCase();
const PLAIN = `${CAPITALS}${SMALL}0123456789`;
const WORD = `${PLAIN}-_`;
const plain = (length: number): string => drawn(PLAIN, length);
const word = (length: number): string => drawn(WORD, length);

/** Put together here, so that no text of the project has the shape of a token. */
const SHAPES: Readonly<Record<string, string>> = {
  "GitHub, classic": `ghp_${plain(36)}`,
  "GitHub, OAuth": `gho_${plain(36)}`,
  "GitHub, app": `ghs_${plain(36)}`,
  "GitHub, fine-grained": `github_pat_${plain(22)}_${plain(59)}`,
  "GitLab, personal": `glpat-${word(20)}`,
  "GitLab, routable": `glpat-${word(27)}.0y.0${drawn("0123456789abcdef", 8)}`,
  "GitLab, deploy": `gldt-${word(20)}`,
  "GitLab, job": `glcbt-64_${word(20)}`,
  PyPI: `pypi-AgEIcHlwaS5vcmcCJ${word(150)}`,
  TestPyPI: `pypi-AgENdGVzdC5weXBp${word(150)}`,
  "AWS, key": `AKIA${drawn(`${CAPITALS}234567`, 16)}`,
  "AWS, secret": `AWS_SECRET_ACCESS_KEY=${drawn(`${PLAIN}+/`, 40)}`,
  "AWS, CodeArtifact": `eyJ2ZXIiOjEsImlzdSI6${plain(40)}.${word(60)}.${word(16)}.${word(400)}.${word(22)}`,
  JWT: `eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ${plain(40)}.${word(86)}`,
  "Azure DevOps": `${plain(76)}AZDO${plain(4)}`,
  "Azure DevOps, of before 2024": drawn(`${SMALL}234567`, 52),
  "Azure, client secret": `${plain(3)}8Q~${plain(34)}`,
  "Google, access": `ya29.a0${word(160)}`,
  "Google, API key": `AIza${word(35)}`,
  "Google, key file": `-----BEGIN PRIVATE KEY-----\n${plain(64)}\n${plain(64)}\n-----END PRIVATE KEY-----`,
  npm: `npm_${plain(36)}`,
  "Slack, bot": `xoxb-${drawn("0123456789", 12)}-${drawn("0123456789", 13)}-${plain(24)}`,
  "Slack, webhook": `https://hooks.slack.com/services/T${plain(10)}/B${plain(10)}/${plain(24)}`,
  "JFrog, API key": `AKCp8${plain(68)}`,
  "JFrog, reference": `cmVmdGtu${plain(56)}`,
  Docker: `dckr_pat_${word(27)}`,
  "Hugging Face": `hf_${drawn(`${CAPITALS}${SMALL}`, 34)}`,
};

test.each(Object.entries(SHAPES))("%s: found in a variable, in netrc and in a URL, and hidden whole", (_, token) => {
  for (const text of [`TOKEN = "${token}"`, `machine h login u password ${token}\n`, `https://u:${token}@h.example.com/simple/`]) {
    const [found, ...others] = pastedTokens(text);
    expect(others).toEqual([]);
    expect(found).toBeDefined();
    const masked = maskTokens(text);
    expect(masked.replaceAll(/[^\n]/g, ".")).toBe(text.replaceAll(/[^\n]/g, "."));
    expect(masked).not.toContain(token.slice(-12));
  }
});

test("hashes, versions and examples are no tokens", () => {
  const none = [
    `sha256:${drawn("0123456789abcdef", 64)}`,
    drawn("0123456789abcdef", 40),
    "AKIAIOSFODNN7EXAMPLE",
    "https://packages.example.com/api/v4/projects/7/packages/pypi/simple/",
    "sandbox-1.0.0-py3-none-any.whl",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
  ];
  expect(none.flatMap(pastedTokens)).toEqual([]);
});
