#!/bin/sh
# Runs a script of this folder in a Debian system of its own, inside the namespaces of lease.sh:
#   sh chroot.sh ROOT FOLDER SCRIPT ARGS...
# ROOT stays as it is. FOLDER has the same path inside as outside: sockets and layers in it can be used from outside.
set -eu
root=$1
folder=$2
shift 2

# What is written besides FOLDER goes to memory, and away with the mounts.
scratch=$folder/scratch
mkdir "$scratch"
mount -t tmpfs scratch "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/system"
new=$scratch/system
mount -t overlay overlay -o "lowerdir=$root,upperdir=$scratch/upper,workdir=$scratch/work" "$new"
for own in run tmp; do mount -t tmpfs "$own" "$new/$own"; done
for shared in proc sys dev; do mount --rbind "/$shared" "$new/$shared"; done
cp /etc/resolv.conf "$new/etc/resolv.conf"
mkdir -p "$new$folder" "$new/engine" "$new/outside"
mount --bind "$folder" "$new$folder"
mount --bind "$(dirname "$0")" "$new/engine"

# Not chroot(2): in a changed root no user namespace can be made, which image builds and rootless engines need.
cd "$new"
pivot_root . outside
cd /
umount --lazy /outside
exec sh "/engine/$@"
