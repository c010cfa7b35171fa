/** Those that start no other program and ask nothing of a network. */
export const PLAIN_TOOLS = (
  "ldd cat ls mkdir rmdir rm cp mv ln chmod touch mktemp pwd tee head tail cut tr sort uniq wc grep test true false echo printf " +
  "sleep date expr id uname which basename dirname realpath readlink cmp diff tar gzip unzip kill"
).split(" ");

/**
 * What build backends, git dependencies and hand-written steps take for granted. The steps' PATH holds no system
 * folder: a system `keyring`, `uv` or `pip` there would answer in place of the run's. No `ssh`: it finds the user's
 * keys by the password database, whatever HOME says. `ldd` tells uv before 0.1.19 which C library there is.
 */
export const SYSTEM_TOOLS = [...PLAIN_TOOLS, ..."sh bash env git find sed awk xargs".split(" ")];
