#!/bin/sh
# A Docker daemon with everything in one folder, inside the namespaces of lease.sh: `sh dockerd.sh FOLDER`.
set -eu
folder=$1

# dockerd would share a system containerd if it saw its socket, and daemons and shims put theirs there in any case.
for runtime in /run/containerd /run/docker; do
  mkdir -p "$runtime"
  mount -t tmpfs private "$runtime"
done
# A machine without an init system may have no control groups mounted.
if [ -z "$(ls -A /sys/fs/cgroup)" ]; then mount -t cgroup2 cgroup2 /sys/fs/cgroup; fi
# A file of our own, else /etc/docker/daemon.json counts.
echo '{}' >"$folder/daemon.json"

exec dockerd --host "unix://$folder/docker.sock" --config-file "$folder/daemon.json" --pidfile "$folder/pid" \
  --data-root "$folder/data" --exec-root "$folder/exec" --shutdown-timeout 3 \
  --bridge=none --iptables=false --ip6tables=false --ip-forward=false
