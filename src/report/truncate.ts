/**
 * At most about `limit` characters: whole lines from the beginning and the end, and between them a line that says
 * how much was cut. The end gets more room, because that is where a command says why it failed. `0`: nothing but that line.
 */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const whole = text.split("\n");
  const lines = whole.map((line) => cutLine(line, Math.max(200, limit / 4)));
  const head = takeLines(lines, limit / 3);
  const tail = takeLines(lines.slice(head.length).reverse(), limit - limit / 3).reverse();
  const count = lines.length - head.length - tail.length;
  const characters = length(whole.slice(head.length, lines.length - tail.length)) - 1;
  if (count === 0) return lines.join("\n");
  return [
    ...head,
    `[... ${count} ${count === 1 ? "line" : "lines"} (${characters} characters) cut here to keep the report short ...]`,
    ...tail,
  ].join("\n");
}

const LAST_LINES = 10;

/** The end of what a command printed, where it says why it failed: of stderr, or of stdout where that is blank; `""`: of nothing. */
export function lastLines({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }, limit: number): string {
  const text = stderr.trim() === "" ? stdout : stderr;
  return cut(text.trimEnd().split("\n").slice(-LAST_LINES).join("\n"), limit);
}

/** A line that alone would eat the room is cut in its middle. */
function cutLine(line: string, limit: number): string {
  if (line.length <= limit) return line;
  const half = Math.floor(limit / 2);
  return `${line.slice(0, half)}[... ${line.length - 2 * half} characters cut here ...]${line.slice(-half)}`;
}

function takeLines(lines: readonly string[], room: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const line of lines) {
    used += line.length + 1;
    if (used > room) break;
    taken.push(line);
  }
  return taken;
}

function length(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
