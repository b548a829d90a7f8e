#!/bin/sh
# Podman's Docker-compatible service with everything in one folder, inside the namespaces of lease.sh: `sh podman.sh FOLDER`.
set -eu
folder=$1

if [ -z "$(ls -A /sys/fs/cgroup)" ]; then mount -t cgroup2 cgroup2 /sys/fs/cgroup; fi
# No systemd here that would make control groups or keep a journal.
cat >"$folder/containers.conf" <<END
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
END
export CONTAINERS_CONF="$folder/containers.conf" PODMAN_IGNORE_CGROUPSV1_WARNING=1

exec podman --root "$folder/data" --runroot "$folder/run" --tmpdir "$folder/tmp" \
  system service --time=0 "unix://$folder/docker.sock"
