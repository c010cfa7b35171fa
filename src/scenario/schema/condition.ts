import * as v from "valibot";
import { AUTHORIZATIONS } from "../model.ts";
import { count, described, key, oneOrMore, table, text } from "./value.ts";

/** HTTP methods that uv may use; a wrong or lower-case one could never match. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

const textOrTexts = oneOrMore(text);

export const exit = v.union([v.pipe(v.number(), v.integer()), v.picklist(["any", "nonzero"]), v.array(v.pipe(v.number(), v.integer()))]);

const textCondition = v.union([
  text,
  v.array(text),
  table({
    contains: key(textOrTexts, "At least one of these texts is in it."),
    lacks: key(textOrTexts, "None of these texts is in it."),
    matches: key(text, "A JavaScript regular expression that matches somewhere in it."),
  }),
]);

const requestMatcher = {
  index: key(textOrTexts, "Name of an index, `default` included."),
  method: key(oneOrMore(v.picklist(METHODS)), "HTTP method."),
  url: key(textOrTexts, "Part of the URL, or a whole pattern where it holds `*`."),
  host: key(textOrTexts, "Host name."),
  range: key(v.boolean(), "Whether it asked for a byte range."),
  status: key(oneOrMore(v.pipe(v.number(), v.integer())), "Status of the answer; 0 where none was sent."),
  user: key(textOrTexts, "User name that it carried."),
  authorization: key(oneOrMore(v.picklist(AUTHORIZATIONS)), "Which kind of credentials it carried."),
  "http-version": key(oneOrMore(v.picklist(["1.0", "1.1", "2", "2.0"])), "HTTP version."),
};

const keyringMatcher = {
  from: key(oneOrMore(v.picklist(["venv", "tool", "other"])), "Whose keyring was run."),
  operation: key(textOrTexts, "First argument, for example `get`."),
  service: key(textOrTexts, "Service that was asked for."),
  user: key(textOrTexts, "User that was asked for."),
  args: key(textOrTexts, "An argument of the call."),
  raised: key(textOrTexts, 'Class of the exception; "nothing" for a call that raised none.'),
  finished: key(v.boolean(), "`false`: killed, or hanging when the step ended."),
  exit: key(oneOrMore(v.pipe(v.number(), v.integer())), "Exit status of the keyring command."),
};

const fileMatcher = {
  path: described(textOrTexts, "Path relative to the project; `~/…` is the home folder."),
  exists: key(v.boolean(), "Whether it is there."),
  contains: key(textOrTexts, "At least one of these texts is in it."),
  lacks: key(textOrTexts, "None of these texts is in it."),
};

const leakMatcher = {
  in: key(textOrTexts, "`stdout`, `stderr`, or a file's path."),
  secret: key(textOrTexts, "Name of the secret: `INDEX`, or `INDEX.USER`."),
};

function quantified<E extends v.ObjectEntries>(matcher: E) {
  const one = oneOrMore(table(matcher));
  return table({
    any: key(one, "At least one matches. A list: each of its matchers has one."),
    none: key(one, "None matches."),
    every: key(one, "All those selected match, and there is at least one."),
    count: key(
      oneOrMore(
        table({
          ...matcher,
          is: key(count, "Exactly so many match."),
          "at-least": key(count, "At least so many match."),
          "at-most": key(count, "At most so many match."),
        }),
      ),
      "So many match.",
    ),
  });
}

/** What must hold after a step; all of it. */
export const conditions = table({
  exit: key(exit, 'Exit status: a number, a list of them, or "nonzero".'),
  stdout: key(textCondition, "Standard output; white space is normalised."),
  stderr: key(textCondition, "Standard error; white space is normalised."),
  request: key(quantified(requestMatcher), "Any answer to a request."),
  final: key(quantified(requestMatcher), "The last answer to each method and URL."),
  keyring: key(quantified(keyringMatcher), "Calls of a `keyring` command."),
  file: key(quantified(fileMatcher), "Files after the step."),
  leak: key(quantified(leakMatcher), "Secrets that uv wrote in the clear."),
});

export type RawConditions = v.InferOutput<typeof conditions>;
export type RawExit = v.InferOutput<typeof exit>;
export type RawText = v.InferOutput<typeof textCondition>;
