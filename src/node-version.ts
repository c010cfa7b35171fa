/** Why this Node cannot run us; `null`: it can. Imports nothing: it is asked before it is known what else can be loaded. */
export function nodeIsTooOld(): string | null {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 22)) return null;
  return `uv-mre needs Node 22.22 or newer; this is Node ${process.versions.node}.`;
}
