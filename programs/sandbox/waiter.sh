#!/bin/sh
# Runs a command and says on descriptor 3 how it ended: by bwrap's own status, an exit with 137 is no other than SIGKILL.
# What the shell itself has to say of the end ("Killed") goes there, too; the command has neither. Its redirections are a
# subshell's: were they the command's own, dash would remark on the end where the command writes.
exec 9>&2 2>&3
("$@" 2>&9 3>&- 9>&-)
code=$?
echo "exit $code" >&3
exit "$code"
