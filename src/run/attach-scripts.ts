import { WHEELS_START } from "../report/export/script.ts";
import type { Attachment } from "../report/model.ts";
import { exportScenario } from "./export.ts";
import type { Harness } from "./harness.ts";
import type { LoadedScenario } from "./load.ts";
import { UserError } from "../scenario/error.ts";

/** The exported script of each scenario, to go behind a fold of `toMarkdown`; where there is none, the reason. */
export async function attachScripts(harness: Harness, scenarios: readonly LoadedScenario[]): Promise<Attachment[]> {
  return Promise.all(scenarios.map((loaded) => attach(harness, loaded)));
}

async function attach(harness: Harness, loaded: LoadedScenario): Promise<Attachment> {
  const base = { scenario: loaded.file, language: "sh" };
  try {
    const script = (await exportScenario(harness, loaded)).script(null);
    const wheels = script.indexOf(WHEELS_START);
    if (wheels < 0) return { ...base, summary: "The same as a script", text: script };
    const note = `# The real packages are left out here: \`uv-mre export ${loaded.file}\` writes the script with them.\n`;
    return { ...base, summary: "The same as a script (without its packages)", text: script.slice(0, wheels) + note };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...base, language: "text", summary: "Why there is no script", text: error.message };
  }
}
