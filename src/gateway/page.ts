import type { Distribution } from "../scenario/distribution.ts";

/** A file as a page links to it. */
export interface Link {
  readonly file: Distribution;
  /** As written into the page, without fragment. */
  readonly href: string;
  /** Hash behind the `#`, as `sha256=…`; `""`: none. */
  readonly fragment: string;
  /** PEP 658 metadata is offered. */
  readonly metadata: boolean;
}

/** PEP 503 page of a project, with the attributes of PEP 592, 658 and 714. */
export function projectPage(project: string, links: readonly Link[]): string {
  const anchors = links.map((link) => `    <a ${attributes(link)}>${escapeHtml(link.file.filename)}</a><br>\n`);
  return (
    `<!DOCTYPE html>\n<html>\n  <head>\n    <meta name="pypi:repository-version" content="1.1">\n` +
    `    <title>Links for ${escapeHtml(project)}</title>\n  </head>\n  <body>\n` +
    `    <h1>Links for ${escapeHtml(project)}</h1>\n${anchors.join("")}  </body>\n</html>\n`
  );
}

/** The link as HTML writes it. */
export function target({ href, fragment }: Link): string {
  return fragment === "" ? href : `${href}#${fragment}`;
}

function attributes(link: Link): string {
  const { file, metadata } = link;
  const pairs = [`href="${escapeHtml(target(link))}"`];
  if (file.requiresPython !== null) pairs.push(`data-requires-python="${escapeHtml(file.requiresPython)}"`);
  if (file.yanked !== false) pairs.push(`data-yanked="${escapeHtml(file.yanked)}"`);
  if (metadata && file.metadata !== null) {
    pairs.push(`data-dist-info-metadata="sha256=${file.metadata.sha256}"`);
    pairs.push(`data-core-metadata="sha256=${file.metadata.sha256}"`);
  }
  return pairs.join(" ");
}

/** What a registry's JSON pages tell: version 1.1 of the API adds PEP 700's versions, sizes and upload times. */
export interface JsonStyle {
  readonly api: "1.0" | "1.1";
  /** Whether URLs end in the hash, as HTML has it. */
  readonly fragments: boolean;
  /** Whether `requires-python` is there, empty, where a file says nothing of it. */
  readonly emptyPython: boolean;
}

/** PEP 691 page of a project. */
export function projectJson(project: string, links: readonly Link[], { api, fragments, emptyPython }: JsonStyle): string {
  const tellsMore = api === "1.1";
  return JSON.stringify({
    meta: { "api-version": api },
    name: project,
    ...(tellsMore ? { versions: [...new Set(links.map((link) => link.file.version))] } : {}),
    files: links.map((link) => {
      const { file, href, metadata } = link;
      const core = metadata && file.metadata !== null ? { sha256: file.metadata.sha256 } : false;
      return {
        filename: file.filename,
        url: fragments ? target(link) : href,
        hashes: file.hashes ?? { sha256: file.sha256 },
        ...(tellsMore ? { size: file.size } : {}),
        ...(tellsMore && file.uploadTime !== undefined ? { "upload-time": file.uploadTime } : {}),
        ...(file.requiresPython === null && !emptyPython ? {} : { "requires-python": file.requiresPython ?? "" }),
        ...(tellsMore || file.yanked !== false ? { yanked: file.yanked === "" ? true : file.yanked } : {}),
        ...(tellsMore || core !== false ? { "core-metadata": core, "dist-info-metadata": core } : {}),
      };
    }),
  });
}

/** PEP 503 list of projects. */
export function rootPage(projects: readonly string[]): string {
  const anchors = projects.map((name) => `    <a href="${name}/">${name}</a><br>\n`);
  return (
    `<!DOCTYPE html>\n<html>\n  <head>\n    <meta name="pypi:repository-version" content="1.1">\n` +
    `    <title>Simple index</title>\n  </head>\n  <body>\n${anchors.join("")}  </body>\n</html>\n`
  );
}

export function rootJson(projects: readonly string[], { api }: JsonStyle): string {
  return JSON.stringify({ meta: { "api-version": api }, projects: projects.map((name) => ({ name })) });
}

/** A page of files without a project, as `--find-links` reads it. */
export function flatPage(links: readonly Link[]): string {
  const anchors = links.map((link) => `    <a ${attributes(link)}>${escapeHtml(link.file.filename)}</a><br>\n`);
  return `<!DOCTYPE html>\n<html>\n  <body>\n${anchors.join("")}  </body>\n</html>\n`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
