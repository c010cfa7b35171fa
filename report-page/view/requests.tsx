import { commandLine } from "../../src/report/command-line.ts";
import { momentWords, outcomeWords, statusWords, type TimelineEntry } from "../../src/report/timeline.ts";
import type { RequestRecord } from "../../src/observation/model.ts";
import { visible } from "../../src/observation/visible-text.ts";
import { TableHead } from "./table-head.tsx";

interface Props {
  readonly entries: readonly TimelineEntry[];
  /** Where two are compared: whether the other one has nothing of the kind. */
  readonly differs?: (entry: TimelineEntry) => boolean;
}

/** Every request and keyring call of a step, in order. */
export function Requests({ entries, differs }: Props) {
  if (entries.length === 0) return <p>It asked nothing.</p>;
  return (
    <div class="scroll" tabindex={0}>
      <table>
        <caption>Requests and keyring calls; bold is a final answer{differs === undefined ? "" : ", ≠ is on this side alone"}</caption>
        <TableHead names={["time", "what", "URL or arguments", "answer", "index", "credentials", "user", "HTTP", "range"]} />
        <tbody>
          {entries.map((entry, position) => {
            const isAlone = differs?.(entry) === true;
            return (
              <tr key={position} class={isAlone ? "differs" : ""}>
                {columns(entry, isAlone)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The headers that were sent and that an answer, or what uv does with it, may depend on. None of them can hold a credential. */
function Headers({ headers }: Required<Pick<RequestRecord, "headers">>) {
  const sent = Object.entries(headers).filter(([, value]) => value !== null);
  if (sent.length === 0) return null;
  return (
    <details>
      <summary>{sent.length === 1 ? "1 header" : `${sent.length} headers`}</summary>
      <ul class="headers">
        {sent.map(([name, value]) => (
          <li key={name}>
            <code>
              {name}: {visible(value ?? "")}
            </code>
          </li>
        ))}
      </ul>
    </details>
  );
}

function columns(entry: TimelineEntry, differs: boolean) {
  const moment = `${differs ? "≠ " : ""}${momentWords(entry)}${entry.times === 1 ? "" : ` (${entry.times} times)`}`;
  if (entry.event.kind === "keyring") {
    const { call } = entry.event;
    return (
      <>
        <td>{moment}</td>
        <td>keyring ({call.from})</td>
        <td class="url">{visible(commandLine(call.argv))}</td>
        <td colSpan={6}>{outcomeWords(call)}</td>
      </>
    );
  }
  const { request } = entry.event;
  const status = `${statusWords(request)}${request.location === null ? "" : ` to ${request.location}`}`;
  return (
    <>
      <td>{moment}</td>
      <td>{visible(request.method)}</td>
      <td class="url">
        {visible(request.url)}
        <Headers headers={request.headers ?? {}} />
      </td>
      <td class={request.location === null ? "" : "url"}>{request.final ? <strong>{visible(status)}</strong> : visible(status)}</td>
      <td>{request.index ?? "default"}</td>
      <td>
        {request.authorization}
        {request.secret === null ? "" : ` (${request.secret})`}
      </td>
      <td>{visible(request.user ?? "")}</td>
      <td>{request.httpVersion}</td>
      <td>{request.range ?? ""}</td>
    </>
  );
}
