import type { AnswerTable, TableAnswer, TableBody } from "../../../export/answer-table.ts";
import type { Reply } from "../../../gateway/askable-gateway.ts";
import type { Distribution } from "../../../scenario/distribution.ts";
import { userinfoOf } from "../../../scenario/login.ts";
import type { NamedSecret } from "./credential.ts";

/** Numbers for answers, equal ones for equal answers. */
export interface AnswerNumbers {
  /** `name`: the project that a pattern was asked for. `sent`: what a Basic header carried. */
  numberOf(reply: Reply, context: AnswerContext): number;
  readonly all: AnswerTable["answers"];
  template(text: string, name?: string | null): string;
}

export interface AnswerContext {
  readonly name: string | null;
  readonly user: string;
  readonly password: string;
}

/** Characters of a body that is written once, whatever its headers. */
const WORTH_SHARING = 80;
const SENT = { user: "\0sent-user\0", both: "\0sent-both\0" };

export function numberAnswers(
  secrets: readonly NamedSecret[],
  files: readonly Distribution[],
  nameOf: (file: Distribution) => string,
): AnswerNumbers {
  const all: TableAnswer[] = [];
  const numbers = new Map<string, number>();
  const seen = new WeakMap<object, number>();
  const names = new Map<unknown, string>(
    files.map((file) => [file.content.kind === "bytes" ? file.content.bytes : file.content.path, nameOf(file)]),
  );
  const metadata = new Map(files.flatMap((file) => (file.metadata === null ? [] : [[file.metadata.text, nameOf(file)]])));

  function template(text: string, name: string | null = null): string {
    let result = text.replaceAll("$", "$$$$");
    for (const { variable, value } of secrets) {
      const quoted = encodeURIComponent(value);
      result = result.replaceAll(value, `\${${variable}}`);
      if (quoted !== value) result = result.replaceAll(quoted, `\${${variable}_QUOTED}`);
    }
    if (name !== null) result = result.replaceAll(name, "${name}");
    return result.replaceAll(SENT.both, "${sent_user}:${sent_password}@").replaceAll(SENT.user, "${sent_user}@");
  }

  function bodyOf({ answer: { body } }: Reply, name: string | null): TableBody {
    if (body.kind === "text") {
      const wheel = body.text === "" ? undefined : metadata.get(body.text);
      return wheel === undefined ? template(body.text, name) : { metadata: wheel };
    }
    const file = names.get(body.kind === "bytes" ? body.bytes : body.kind === "file" ? body.path : null);
    if (file === undefined) throw new Error("an index answered with bytes that are no file of its own");
    return { file };
  }

  function headersOf({ answer }: Reply, { name, user, password }: AnswerContext): TableAnswer[1] {
    return Object.fromEntries(
      Object.entries(answer.headers).map(([header, value]) => {
        if (typeof value !== "string") return [header, value.map((each) => template(each, name))];
        const login = `${userinfoOf({ user, password })}@`;
        const mark = password === "" ? SENT.user : SENT.both;
        const sent = header === "location" && user !== "" ? value.replace(`://${login}`, `://${mark}`) : value;
        return [header, template(sent, name)];
      }),
    );
  }

  return {
    all,
    template,
    numberOf(reply, context) {
      const steady = context.name === null && !reply.stored && reply.answer.headers["location"] === undefined;
      const known = steady ? seen.get(reply.answer) : undefined;
      if (known !== undefined) return known;
      const answer = [reply.answer.status, headersOf(reply, context), bodyOf(reply, context.name)] as const;
      const whole: TableAnswer = reply.stored ? [...answer, true] : answer;
      const text = JSON.stringify(whole);
      let number = numbers.get(text);
      if (number === undefined) {
        number = all.length;
        const [status, headers, body, ...stores] = whole;
        const same = typeof body === "string" && body.length > WORTH_SHARING ? all.findIndex((each) => each[2] === body) : -1;
        all.push(same < 0 ? whole : [status, headers, { as: same }, ...stores]);
        numbers.set(text, number);
      }
      if (steady) seen.set(reply.answer, number);
      return number;
    },
  };
}
