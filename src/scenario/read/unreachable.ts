import type { Fault, Index, Step } from "../model.ts";
import { unreachableAmong } from "../own-network.ts";
import type { Path } from "../problem.ts";
import type { ReadContext } from "./context.ts";

/** Refuses hosts that cannot be reached and are no names: nobody asks for an address's address. */
export function refuseUnreachableAddresses(context: ReadContext, steps: readonly Step[], indexes: readonly Index[]): void {
  const addresses = new Map(
    indexes.flatMap(({ name, url }) => {
      const host = URL.parse(url)?.hostname ?? "";
      return /^(?:localhost|[\d.]+|\[.*\])$/.test(host) ? [[name, host] as const] : [];
    }),
  );
  const check = (faults: readonly Fault[], index: string, path: Path): void => {
    const kind = unreachableAmong(faults);
    const host = addresses.get(index);
    if (kind === null || host === undefined) return;
    const message = `\`${host}\` is an address, and "${kind}" is said of a name`;
    context.problems.error("conflict", path, message, { hint: "give the index a host with a name, as `https://pypi.example.com/simple/`" });
  };
  for (const { name, git, proxy, faults } of indexes)
    check(faults, name, [...(proxy === undefined ? [git === true ? "git" : "index", name] : ["proxy"]), "faults"]);
  for (const [position, { set }] of steps.entries()) {
    for (const change of set) if (change.kind === "faults") check(change.faults, change.index, ["step", position, "set"]);
  }
}
