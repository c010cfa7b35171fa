import { commandLine } from "../../src/report/command-line.ts";
import { momentWords, outcomeWords, statusWords, type TimelineEntry } from "../../src/report/timeline.ts";
import { visible } from "../../src/observation/visible-text.ts";

/** Every request and keyring call of a step, in order. */
export function Requests({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  return (
    <div class="scroll" tabindex={0}>
      <table>
        <caption>Requests and keyring calls; bold is a final answer</caption>
        <thead>
          <tr>
            {["time", "what", "URL or arguments", "answer", "index", "credentials", "user", "HTTP", "range"].map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry, position) => (
            <tr key={position}>{columns(entry)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function columns(entry: TimelineEntry) {
  const moment = `${momentWords(entry)}${entry.times === 1 ? "" : ` (${entry.times} times)`}`;
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
      <td class="url">{visible(request.url)}</td>
      <td class="url">{request.final ? <strong>{visible(status)}</strong> : visible(status)}</td>
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
