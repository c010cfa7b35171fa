/**
 * What build backends, git dependencies and hand-written steps take for granted. The steps' PATH holds no system
 * folder: a system `keyring`, `uv` or `pip` there would answer in place of the run's. No `ssh`: it finds the person's
 * keys by the password database, whatever HOME says. `ldd` tells uv before 0.1.19 which C library there is.
 */
export const SYSTEM_TOOLS = (
  "sh bash env ldd git cat ls mkdir rmdir rm cp mv ln chmod touch find mktemp pwd tee head tail cut tr sort uniq wc grep sed awk " +
  "xargs test true false echo printf sleep date expr id uname which basename dirname realpath readlink cmp diff tar gzip unzip kill"
).split(" ");
