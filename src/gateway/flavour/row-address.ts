import type { Facts, Row } from "./flavour.ts";

/** Stands for the name of a project in an address; no scenario's path holds it. */
export const NAME = "zq-NAME-zq";

/** Paths that a documented table names, in which nothing but a project's name is open. */
export function addressesIn(table: readonly Row[], { root, path }: Pick<Facts, "root" | "path">): string[] {
  const written = table.flatMap(({ request }) => request.match(/\b(?:ROOT|INDEX)(?:\/[^\s,]*)?/g) ?? []);
  const known = written.map((each) => each.replaceAll(/ABSENT|Not\.Normal/g, "NAME"));
  const whole = [...new Set(known)].filter((each) => !/…|[A-Z]{2}/.test(each.replaceAll(/ROOT|INDEX|NAME/g, "")));
  return whole.map((each) =>
    each
      .replaceAll("NAME", NAME)
      .replace(/^ROOT/, root.replace(/\/$/, ""))
      .replace(/^INDEX/, path.replace(/\/$/, "")),
  );
}
