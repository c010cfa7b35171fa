/** What to do about the name of a scenario's file that is not there. Nothing is fetched: no request leaves the machine for a scenario. */
export function missingFile(name: string): string {
  const thread = /^(?:https?:\/\/github\.com\/)?([\w.-]+\/[\w.-]+)(?:\/(issues|pull|discussions)\/|#)(\d+)(?:#issuecomment-(\d+))?/.exec(
    name,
  );
  if (thread !== null) {
    const [, repository = "", kind = "issues", number = "", comment] = thread;
    if (kind === "discussions") return "a discussion is not fetched; copy its text into a file that ends in .md, and run that";
    const asked = kind === "pull" ? "pr" : "issue";
    const call =
      comment === undefined
        ? `gh ${asked} view ${number} --repo ${repository} --json body`
        : `gh api repos/${repository}/issues/comments/${comment}`;
    return `an issue is not fetched; pipe its text in: ${call} --jq .body | uv-mre run -`;
  }
  if (/^https?:\/\//.test(name)) return `nothing is fetched; save it first, or pipe it in: curl -sL ${rawAddress(name)} | uv-mre run -`;
  const [, drive, rest] = /^([A-Za-z]):[\\/](.*)$/.exec(name) ?? [];
  if (drive !== undefined && rest !== undefined)
    return `no such file; a path of Windows, which in WSL is /mnt/${drive.toLowerCase()}/${rest.replaceAll("\\", "/")}`;
  if (name.startsWith("~/")) return "no such file; the shell knows `~` only outside quotes";
  return "no such file; uv-mre init FILE writes one that runs as it is";
}

/** Where the text itself is of a page that shows it. */
function rawAddress(url: string): string {
  return url
    .replace(/^(https?:\/\/gist\.github\.com\/[\w-]+\/[0-9a-f]+)\/?$/, "$1/raw")
    .replace(/^https?:\/\/github\.com\/([^/]+\/[^/]+)\/blob\//, "https://raw.githubusercontent.com/$1/")
    .replace(/^(https?:\/\/[^/]+\/.+)\/-\/blob\//, "$1/-/raw/");
}
