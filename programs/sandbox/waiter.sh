#!/bin/sh
# Runs a command and says on descriptor 3 how it ended: by bwrap's own status, an exit with 137 is no other than SIGKILL.
# What the shell itself has to say of the end ("Killed", "not found") goes there, too; the command has neither.
exec 9>&2 2>&3
"$@" 2>&9 3>&- 9>&-
code=$?
echo "exit $code" >&3
exit "$code"
