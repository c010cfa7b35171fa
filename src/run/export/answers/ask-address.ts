import type { Reply } from "../../../gateway/askable-gateway.ts";
import type { Purpose } from "../../../gateway/fault.ts";
import { NAME } from "../../../gateway/flavour/row-address.ts";
import { type Credential, type NamedSecret, presented } from "./credential.ts";
import type { HeaderSample } from "./header-sample.ts";
import type { State } from "./state.ts";
import type { AnswerNumbers } from "./template.ts";
import type { UploadSample } from "./upload-sample.ts";

/** One address, asked in every way. */
export interface AskedAddress {
  /** Who answered; `null`: no declared index. */
  readonly index: string | null;
  readonly cells: readonly AskedCell[];
}

/** One method with one kind of headers or upload: the answers by state and credential. */
export interface AskedCell {
  readonly method: string;
  /** Of its headers, or of what it uploads; `null`: whatever is sent with it. */
  readonly kind: string | null;
  /** Whether `kind` is that of an upload. */
  readonly isUpload: boolean;
  readonly purpose: Purpose;
  readonly answers: readonly (readonly number[])[];
  /** What the journal says was carried, likewise. */
  readonly authorization: readonly (readonly string[])[];
}

export interface AskOptions {
  readonly states: readonly State[];
  readonly credentials: readonly Credential[];
  readonly secrets: readonly NamedSecret[];
  readonly numbers: AnswerNumbers;
  readonly headers: readonly HeaderSample[];
  /** Whether POST and other methods are asked, too. */
  readonly writes: boolean;
  uploads(state: State): readonly UploadSample[];
  /** Hears of every answer to GET that is not to a pattern. */
  seen(url: string, reply: Reply): void;
}

/** Names of projects that no index has; two, so that what hangs on the name is seen. */
const PROBES = ["zq-absent-one", "zq-absent-other-two"] as const;
const NO_BODY: Uint8Array = new Uint8Array();

/** `null` where a pattern's answers hang on more than the name. */
export async function askAddress(url: string, options: AskOptions): Promise<AskedAddress | null> {
  if (!url.includes(NAME)) return askAll(url, null, options);
  const [one, other] = PROBES;
  const found = await askAll(url.replaceAll(NAME, one), one, options);
  return JSON.stringify(found) === JSON.stringify(await askAll(url.replaceAll(NAME, other), other, options)) ? found : null;
}

async function askAll(url: string, name: string | null, options: AskOptions): Promise<AskedAddress> {
  const { states, headers } = options;
  const plain = headers[0]?.headers ?? {};
  const [first] = states;
  if (first === undefined) throw new Error("a scenario has at least one state");
  const question = (method: string, more: Readonly<Record<string, string>> = {}, body = NO_BODY) => ({ method, url, headers: more, body });
  const { entry, takesFiles } = await first.gateway.ask(question("POST", plain));
  const cells: AskedCell[] = [];
  for (const method of options.writes && !takesFiles ? ["GET", "HEAD", "POST"] : ["GET", "HEAD"]) {
    for (const sample of headers) {
      cells.push(await askCell(method, sample.kind === "" ? null : sample.kind, () => question(method, sample.headers)));
    }
  }
  if (!options.writes) return { index: entry.index, cells };
  if (takesFiles) {
    for (const { kind } of options.uploads(states.at(-1) ?? first)) {
      cells.push(
        await askCell("POST", kind, (state) => {
          const sample = options.uploads(state).find((each) => each.kind === kind);
          return question("POST", { ...plain, "content-type": sample?.contentType ?? "" }, sample?.body);
        }),
      );
    }
  }
  cells.push(await askCell("*", null, () => question("PUT", plain)));
  return { index: entry.index, cells };

  async function askCell(
    method: string,
    kind: string | null,
    questionIn: (state: State) => ReturnType<typeof question>,
  ): Promise<AskedCell> {
    const answers: number[][] = [];
    const authorization: string[][] = [];
    let purpose: Purpose = "other";
    for (const state of states) {
      const asked = questionIn(state);
      const row: number[] = [];
      const words: string[] = [];
      for (const credential of options.credentials) {
        const { header, user, password } = presented(credential, options.secrets);
        const reply = await state.gateway.ask(header === null ? asked : { ...asked, headers: { ...asked.headers, authorization: header } });
        row.push(options.numbers.numberOf(reply, { name, user, password }));
        words.push(reply.entry.caller.authorization);
        purpose = reply.purpose;
        if (method === "GET" && name === null) options.seen(url, reply);
      }
      answers.push(row);
      authorization.push(words);
    }
    return { method, kind, isUpload: method === "POST" && takesFiles, purpose, answers, authorization };
  }
}
