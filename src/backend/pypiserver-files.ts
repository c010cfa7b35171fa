import path from "node:path";
import { packageRoot } from "../package-root.ts";

/** The folder of the image, in the package as in the repository: `Dockerfile`, `requirements.txt`, `serve.py`. */
export function pypiserverFolder(): string {
  return `${path.join(packageRoot(), "docker", "pypiserver")}${path.sep}`;
}
