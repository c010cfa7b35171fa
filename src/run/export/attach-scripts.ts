import { savedName } from "../../report/command-line.ts";
import { WHEELS_START } from "../../export/script.ts";
import type { Attachment } from "../../report/model.ts";
import { exportScenario } from "./export.ts";
import type { Harness } from "../harness/harness.ts";
import type { LoadedScenario } from "../load-scenarios.ts";
import { UserError } from "../../scenario/error.ts";

/** The exported script of each scenario, to go behind a fold of `toMarkdown`; where there is none, the reason. */
export async function attachScripts(harness: Harness, scenarios: readonly LoadedScenario[]): Promise<Attachment[]> {
  return Promise.all(scenarios.map((loaded) => attach(harness, loaded)));
}

async function attach(harness: Harness, loaded: LoadedScenario): Promise<Attachment> {
  const { file } = loaded;
  const whole = `uv-mre export ${savedName(file)} -o repro.sh writes it whole`;
  const base = { scenario: file, language: "sh", cutSummary: `The beginning of the same as a script (${whole})` };
  try {
    const script = (await exportScenario(harness, loaded)).script(null);
    const wheels = script.indexOf(WHEELS_START);
    if (wheels < 0) return { ...base, summary: "The same as a script (save it, and run it with bash)", text: script };
    const note = `# The real packages are left out here, so this ends with 125: ${whole}.\n`;
    const summary = `The same as a script, to be read: it does not run without its real packages (${whole})`;
    return { ...base, summary, text: script.slice(0, wheels) + note };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...base, language: "text", summary: "Why there is no script", text: error.message };
  }
}
