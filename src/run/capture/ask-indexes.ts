import { pageToAsk } from "../../capture/asked.ts";
import { connectionTo, connectionWords } from "../../capture/look/proxy-and-trust.ts";
import type { AskedAnswer } from "../../capture/model.ts";
import type { Material } from "../../capture/write/material.ts";
import { askPage } from "./ask.ts";

export interface Asking {
  readonly material: Material;
  readonly argv: readonly string[];
  /** Where the command runs. */
  readonly folder: string;
  /** Of uv-mre, which it tells of itself. */
  readonly version: string;
  readonly signal: AbortSignal;
  /** Told what is sent, before it is sent. */
  readonly tell: (line: string) => void;
}

/** Asks each index that the command asked for one page, without credentials; those that cannot be asked as uv asks are left out. */
export async function askIndexes({ material, argv, folder, version, signal, tell }: Asking): Promise<AskedAnswer[]> {
  const { looked, indexes } = material;
  const answers: AskedAnswer[] = [];
  for (const { place } of indexes) {
    const url = pageToAsk(place, material);
    const way = connectionTo(url, looked, argv);
    if (way.kind === "closed") {
      tell(`not asking ${url}: uv's way there cannot be gone, for ${way.why}`);
      continue;
    }
    tell(`asking, without credentials: GET ${url}${connectionWords(way, url)}`);
    try {
      const answer = await askPage({ url, way, folder, version, authorization: null, signal });
      answers.push({ index: place.url, ...answer });
      tell(`answered: ${answer.status}, ${answer.challenge ?? "no challenge"}, ${answer.type ?? "no content type"}`);
    } catch (error) {
      signal.throwIfAborted();
      tell(`no answer: ${(error as Error).message}`);
    }
  }
  return answers;
}
