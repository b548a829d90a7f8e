#!/bin/sh
# Runs a command so that no process, mount or file of it outlives whoever started it, kill -9 included:
#   sh lease.sh FOLDER GRACE COMMAND...
# When standard input ends, the command gets SIGTERM, and GRACE seconds later SIGKILL. When it has ended, FOLDER goes.
#
# A mount and a process namespace hold the command and all that it starts (for a Docker daemon its containerd, the shims
# and the containers), so the kernel ends every process and every mount with it. No user namespace: needs root.
set -u

if [ "$1" != --inside ]; then
  # Handlers, not '': ignored signals would be inherited by the command. PIPE: the shell itself reports on a killed child.
  trap : INT TERM HUP PIPE
  folder=$1
  shift
  unshare --mount --pid --fork --kill-child --mount-proc sh "$0" --inside "$@"
  status=$?
  rm -rf --one-file-system "$folder"
  exit $status
fi

grace=$2
shift 2
exec 3<&0 # the shell gives background commands /dev/null
"$@" </dev/null 3<&- &
command=$!
{
  cat >/dev/null
  kill -TERM $command
  sleep "$grace"
  kill -KILL $command
} <&3 3<&- &
wait $command
