import type { Asked, Chain, Failure, UvLog, Source } from "./model.ts";
import { CERTIFICATE, CERTIFICATE_NAMES, CONNECTION, LOG_LINE, type Message, RELEASE, REQUIRES, TUNNEL, WORDINGS } from "./wordings.ts";
import { lastSegment, withoutUser } from "./url.ts";

type Building = { -readonly [Key in keyof Chain]: Chain[Key] extends readonly (infer Item)[] ? Item[] : Chain[Key] };

/** Reads what `RUST_LOG=uv=trace` made uv print. The text has its secrets removed already; requests may overlap in it. */
export function readLog(text: string): UvLog {
  // eslint-disable-next-line no-control-regex -- colours
  const lines = text.replaceAll(/\u001b\[[\d;]*m/gu, "").split(/\r?\n|(?<=\S)(?=(?:TRACE|DEBUG) [A-Z])/u);
  const chains: Building[] = [];
  const latest = new Map<string, Building>();
  const requires = new Map<string, string[]>();
  const said: string[] = [];
  let release: string | null = null;
  let method: string | null = null;
  let redirected: Building | null = null;
  for (const line of lines) {
    if (!LOG_LINE.test(line)) {
      said.push(line);
      continue;
    }
    release ??= RELEASE.exec(line)?.[1] ?? null;
    const [, of, requirement] = REQUIRES.exec(line) ?? [];
    if (of !== undefined && requirement !== undefined) requires.set(of, [...(requires.get(of) ?? []), requirement]);
    const read = messageIn(line);
    if (read === null) continue;
    const { message, url } = read;
    if (message.kind === "sending") method = message.method;
    else if (message.kind === "handling") {
      const chain = begun(url, redirected === null ? method : redirected.method, message.policy);
      if (redirected === null) {
        chains.push(chain);
        latest.set(url, chain);
      } else {
        follow(redirected, chain);
        latest.set(url, redirected);
      }
      redirected = null;
    } else if (message.kind === "redirected") {
      redirected = redirectedChain(chains, message.to);
      redirected?.redirects.push(withoutUser(message.to));
    } else {
      const chain = latest.get(url) ?? near(chains, url) ?? sentOn(chains, url, message);
      if (chain !== undefined) addMessage(chain, message);
    }
  }
  for (const chain of chains) finish(chain);
  const message = oneLine(said);
  return { release, chains, requires, message, failure: failureIn(message) };
}

function messageIn(line: string): { readonly message: Message; readonly url: string } | null {
  for (const { pattern, message } of WORDINGS) {
    const groups = pattern.exec(line)?.groups;
    if (groups !== undefined) return { message: message(groups), url: withoutUser(groups["url"] ?? "") };
  }
  return null;
}

function begun(url: string, method: string | null, policy: string): Building {
  const unknown = { sent: "none", source: null, user: null, ended: null } as const;
  return { url, method, policy: policy === "" ? null : policy, brought: "nothing", asked: [], statuses: [], redirects: [], ...unknown };
}

/** A request that was sent on: what counts is how the last one fared. */
function follow(chain: Building, next: Building): void {
  chain.policy = next.policy;
  chain.brought = next.brought;
  chain.sent = "none";
  chain.source = null;
  chain.user = null;
}

/** Redirects name no request: the last one for a page or file of that name. */
function redirectedChain(chains: readonly Building[], to: string): Building | null {
  const name = lastSegment(to);
  return chains.findLast((chain) => lastSegment(chain.url) === name) ?? chains.at(-1) ?? null;
}

/** Before 0.7 a redirect shows by the address that was refused alone. */
function sentOn(chains: readonly Building[], url: string, message: Message): Building | undefined {
  const chain =
    message.kind === "ended" ? chains.findLast((each) => lastSegment(each.url) === lastSegment(url) && each.ended === null) : undefined;
  if (chain !== undefined) {
    chain.redirects.push(url);
    // What was sent there, it does not say.
    [chain.sent, chain.source] = ["none", null];
  }
  return chain;
}

/** Questions to keyring name the index in place of the request. */
function near(chains: readonly Building[], url: string): Building | undefined {
  return chains.findLast((chain) => chain.url.startsWith(url) && chain.ended === null);
}

function addMessage(chain: Building, message: Message): void {
  if (message.kind === "brought") {
    chain.brought = message.what;
    if (message.what !== "nothing") [chain.sent, chain.source] = [message.what, "settings"];
  } else if (message.kind === "from settings") [chain.sent, chain.source] = [message.what, "settings"];
  else if (message.kind === "refused first" || message.kind === "ended") {
    if (chain.statuses.at(-1) !== message.status) chain.statuses.push(message.status);
    if (message.kind === "ended") chain.ended = message.status;
  } else if (message.kind === "accepted") chain.ended ??= 200;
  else if (message.kind === "looking") chain.sent = null;
  else if (message.kind === "missing") [chain.ended, chain.sent] = ["missing", null];
  else if (message.kind === "asked" || message.kind === "several") ask(chain, message.source, false);
  else if (message.kind === "found") {
    ask(chain, message.source, true);
    // Who brought a user name is answered at once, without a word about a second try.
    if (chain.brought === "user") [chain.sent, chain.source] = ["credentials", message.source];
  } else if (message.kind === "retrying") {
    chain.user = message.user;
    chain.sent = message.password ? "credentials" : "user";
    chain.source =
      message.from === "found" ? (chain.asked.findLast(({ found }) => found)?.source ?? null) : ("another request" satisfies Source);
  }
}

function ask(chain: Building, source: Source, found: boolean): void {
  const known = chain.asked.findIndex((each) => each.source === source);
  const entry: Asked = { source, found };
  if (known < 0) chain.asked.push(entry);
  else if (found) chain.asked[known] = entry;
}

/** A first refusal after which nothing was found is how it ended, though no release says so again before 0.7. */
function finish(chain: Building): void {
  if (chain.ended === null && chain.sent === "none" && chain.statuses.length > 0) chain.ended = chain.statuses.at(-1) ?? null;
}

function failureIn(text: string): Failure | null {
  const certificate = CERTIFICATE.exec(text)?.[1];
  if (certificate !== undefined) return { kind: "certificate", what: CERTIFICATE_NAMES[certificate] ?? certificate };
  const connection = (CONNECTION.exec(text) ?? TUNNEL.exec(text))?.[1];
  return connection === undefined ? null : { kind: "connection", what: connection.toLowerCase() };
}

/** What uv tells people, in one line: without the frames that it draws, and without what a keyring prints. */
function oneLine(said: readonly string[]): string {
  const start = said.findLastIndex((line) => /^\s*(?:error:|×|[Nn]o solution)/u.test(line));
  // Without such a line it was not uv that spoke last: what a program says is its own, and may hold anything.
  return (start < 0 ? [] : said.slice(start))
    .join(" ")
    .replaceAll(/[×╰├│─▶]+/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
