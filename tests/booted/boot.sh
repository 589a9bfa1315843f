#!/bin/bash
# boot.sh NAME ROOT: boot ROOT's systemd as PID 1 of fresh namespaces, over a throw-away
# overlay of ROOT.  Needs root.
set -eu
NAME=$1; ROOT=$2; B=/run/$NAME
mkdir -p "$B"
mountpoint -q "$B" || mount -t tmpfs -o size=1g,mode=755 tmpfs "$B"
mkdir -p "$B/up" "$B/work" "$B/root"
# A cgroup of its own in each hierarchy: what is in there is "/" to the guest.
while IFS=: read -r _ kind path; do
  case $kind in '') at=unified ;; name=*) at=${kind#name=} ;; *) at=$kind ;; esac
  d=/sys/fs/cgroup/$at${path%/}/$NAME
  mkdir -p "$d" 2>/dev/null || continue
  if [ "$at" = cpuset ]; then
    cat "${d%/*}/cpuset.cpus" > "$d/cpuset.cpus"; cat "${d%/*}/cpuset.mems" > "$d/cpuset.mems"
  fi
  # A machine of many processes, not one process more on this one.
  if [ "$at" = cpu ]; then echo 8192 > "$d/cpu.shares" || true; fi
  echo $$ > "$d/cgroup.procs" || true
done < /proc/self/cgroup
exec unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child --propagation private \
  bash -eu "$(dirname "$0")/inside.sh" "$B" "$ROOT"
