import { createHash } from "node:crypto";
import { nameSecrets } from "../../export/secret-names.ts";
import type { Scenario } from "../../scenario/model.ts";
import { shapedSecret } from "../../scenario/secret-ending.ts";
import type { TableSource } from "./answers/answer-table.ts";

/** Values that stand for the script's secrets while the indexes are asked: the answers hold their variables instead. */
export function namedSecrets(scenario: Scenario): TableSource["secrets"] {
  const names = nameSecrets(scenario);
  return scenario.indexes.flatMap((index) =>
    index.users.flatMap((user) =>
      names.kinds.map((kind) => {
        const variable = names.variable(kind, index.name, user.name);
        const random = createHash("sha256").update(variable).digest("hex").slice(0, 32);
        const value = shapedSecret(index, user, `umre-${kind}-${random}`);
        return { name: `${index.name}.${user.name}`, index: index.name, user: user.name, kind, variable, value };
      }),
    ),
  );
}
