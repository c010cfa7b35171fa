import { scenarioFile } from "./schema/file.ts";
import type { Path } from "./problem.ts";

/** What the walk needs to know of a schema of any kind. */
interface SchemaNode {
  readonly type: string;
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly rest?: SchemaNode;
  readonly value?: SchemaNode;
  readonly item?: SchemaNode;
  readonly wrapped?: SchemaNode;
  readonly options?: readonly SchemaNode[];
}

/** The keys that the schema knows for the table at `path`. */
export function knownKeys(path: Path): string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library's type is one of each schema, too wide to walk
  const root = scenarioFile as unknown as SchemaNode;
  let nodes: SchemaNode[] = [root];
  for (const part of path) nodes = nodes.flatMap(unwrap).flatMap((node) => below(node, part));
  return [...new Set(nodes.flatMap(unwrap).flatMap((node) => Object.keys(node.entries ?? {})))];
}

function unwrap(node: SchemaNode): SchemaNode[] {
  if (node.wrapped !== undefined) return unwrap(node.wrapped);
  return node.type === "union" ? (node.options ?? []).flatMap(unwrap) : [node];
}

function below(node: SchemaNode, part: string | number): SchemaNode[] {
  if (typeof part === "number") return node.item === undefined ? [] : [node.item];
  const known = node.entries !== undefined && Object.hasOwn(node.entries, part) ? node.entries[part] : undefined;
  const next = known ?? node.rest ?? (node.type === "record" ? node.value : undefined);
  return next === undefined ? [] : [next];
}
