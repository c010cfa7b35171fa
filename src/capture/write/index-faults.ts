import type { Chain } from "../uv-log/model.ts";
import { CUT_SHORT } from "../uv-log/wordings.ts";
import { lastSegment } from "../uv-log/url.ts";
import { isRefused, kindOf } from "../symptom.ts";
import { isOfCredentials, isServed } from "../infer/flavour.ts";
import type { Material } from "./material.ts";

type Table = Record<string, unknown>;

/**
 * What goes wrong at an index whoever asks: a refusal of credentials that it took elsewhere, a status that tells of no
 * credentials, files that end in the middle.
 */
export function indexFaults(chains: readonly Chain[], { log, renamer }: Material): Table[] {
  const taken = chains.some((chain) => chain.sent === "credentials" && isServed(chain.ended));
  const found = new Map<string, Table>();
  for (const chain of chains) {
    const { url, sent, ended } = chain;
    if (!isRefused(chain) || typeof ended !== "number" || ended === 407) continue;
    const kind = kindOf(url);
    // A page that is missing is a package that is not there.
    const isFault = isOfCredentials(ended) ? taken && (sent === "credentials" || kind === "file") : ended !== 404 || kind === "file";
    if (!isFault) continue;
    const others = chains.filter((each) => kindOf(each.url) === kind && each !== chain);
    const path = others.some((each) => isServed(each.ended)) ? pathOf(url, kind, renamer.name) : null;
    const fault = { kind: "status", status: ended, for: `${kind}s`, ...(path === null ? {} : { path }) };
    found.set(JSON.stringify(fault), fault);
  }
  if (CUT_SHORT.test(log.message)) {
    const isFile = chains.some(({ url }) => kindOf(url) === "file") || /\.(?:whl|tar\.gz|zip)\b/u.test(log.message);
    const part = isFile ? "files" : "pages";
    found.set(part, { kind: "truncate", for: part });
  }
  return [...found.values()];
}

function pathOf(url: string, kind: "page" | "file", rename: (name: string) => string): string {
  const name = lastSegment(url);
  return kind === "page" ? `*/${rename(name)}/` : `*/${rename(name.replace(/-\d.*$/su, ""))}-*`;
}
