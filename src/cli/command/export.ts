import { UserError } from "../../scenario/error.ts";

export interface ExportOptions {
  to: "script" | "docker" | "git";
  output?: string;
  verify?: boolean;
  uv: string[];
}

/** `uv-mre export`: writes the scenario as something that runs without uv-mre. */
export async function exportCommand(file: string, options: ExportOptions): Promise<number> {
  throw new UserError(`${file}: --to ${options.to} is not there yet`);
}
