import { readRequirementsFile } from "../look/requirements.ts";
import { urlText, type Material } from "./material.ts";
import { isElsewhere, NO_PACKAGE, renamePath, renamedRequirement } from "./project-files.ts";

/** A requirements file under the scenario's names. */
export function requirementsText(text: string, material: Material, unable: string[]): string {
  const lines = readRequirementsFile(text).map((line) => {
    switch (line.kind) {
      case "requirement":
        if (isElsewhere(line.text)) unable.push(NO_PACKAGE);
        return renamedRequirement(line.text, material);
      case "file":
        return `${line.option} ${renamePath(line.path, material)}`;
      case "index":
        return `${line.option} ${urlText(material, line.url)}`;
      case "elsewhere":
        unable.push(NO_PACKAGE);
        return "";
      case "option":
        return line.text.startsWith("--no-index") || line.text.startsWith("--pre") ? line.text : material.renamer.text(line.text);
    }
  });
  return lines.map((line) => `${line}\n`).join("");
}
