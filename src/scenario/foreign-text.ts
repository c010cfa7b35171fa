import { parse } from "smol-toml";

/** What a text is that somebody gave for a scenario, and what to do; `null`: it may be one. */
export function foreignText(text: string): string | null {
  const start = text.replace(/^\uFEFF/, "").trimStart();
  if (start === "") return "nothing is in it; uv-mre init FILE writes a scenario that runs as it is";
  if (/^<(?:!doctype|html|\?xml)\b/i.test(start))
    return "this is a web page; save the scenario's own text (on GitHub the button Raw leads to it)";
  if (/^[[{]/.test(start) && isJson(start)) return "this is JSON, and a scenario is TOML; what `--json` kept is read by uv-mre report";
  const keys = keysOf(start);
  if (keys === null || keys.includes("schema") || keys.includes("step")) return null;
  if (keys.includes("project") || keys.includes("tool") || keys.includes("build-system")) return within("pyproject.toml");
  return keys.includes("package") && keys.includes("version") ? within("uv.lock") : null;
}

function within(file: string): string {
  return `this is a ${file}; a scenario holds it as a text, [files] "${file}" = '''…''', and uv-mre init FILE writes one to put it into`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The names at the top; `null`: it is no TOML. */
function keysOf(text: string): string[] | null {
  try {
    return Object.keys(parse(text));
  } catch {
    return null;
  }
}
