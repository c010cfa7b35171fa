import type { Scenario } from "./model.ts";
import { commandFault } from "./read/confined-command.ts";
import { leavingSetting } from "./read/confined-setting.ts";
import { environmentFault } from "./read/environment.ts";
import { pathFault, plainOf } from "./read/path.ts";
import { proxySetting } from "./read/proxy-setting.ts";

/**
 * By what a scenario would leave its run's folder, each with its place: none where the parser has read it. For scenarios that
 * a program has put together.
 */
export function leavings({ env, files, home, steps, indexes }: Scenario): string[] {
  const hasProxy = indexes.some(({ proxy }) => proxy !== undefined);
  return [
    ...ofEnvironment("env", env, hasProxy),
    ...ofFiles("files", files, hasProxy),
    ...ofFiles("home", home, hasProxy),
    ...steps.flatMap((step, at) => {
      const place = `step[${at}]`;
      const command = commandFault(step.argv, step.cwd);
      return [
        ...(command === null ? [] : [`${place}.run: ${command.message}`]),
        ...ofEnvironment(`${place}.env`, step.env, hasProxy),
        ...ofFiles(`${place}.write`, step.write, hasProxy),
      ];
    }),
  ];
}

function ofEnvironment(place: string, env: Readonly<Record<string, string>>, hasProxy: boolean): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const fault = environmentFault(name, value, hasProxy);
    return fault === null ? [] : [`${place}.${name}: ${fault.message}`];
  });
}

function ofFiles(place: string, files: Readonly<Record<string, string>>, hasProxy: boolean): string[] {
  return Object.entries(files).flatMap(([name, text]) => {
    const plain = plainOf(name);
    const fault = pathFault(plain) ?? leavingSetting(plain, text)?.message ?? null;
    const proxy = proxySetting(name, text, hasProxy);
    return [
      ...(fault === null ? [] : [`${place}.${name}: ${fault}`]),
      ...(proxy === null ? [] : [`${place}.${name}: ${proxy} leads past uv-mre`]),
    ];
  });
}
