import { fileURLToPath } from "node:url";

/** The folder of the image, in the package as in the repository: `Dockerfile`, `requirements.txt`, `serve.py`. */
export function pypiserverFolder(): string {
  return fileURLToPath(new URL("../../docker/pypiserver/", import.meta.url));
}
