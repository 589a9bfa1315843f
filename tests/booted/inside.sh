B=$1; ROOT=$2
# By this machine's own program: a bare root may have none.
ip link set lo up 2>/dev/null || true
mount -t overlay overlay -o "lowerdir=$ROOT,upperdir=$B/up,workdir=$B/work" "$B/root"
cd "$B/root"
mount -t proc proc proc
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
while IFS=: read -r _ kind _; do
  case $kind in '') at=unified type=cgroup2 opt= ;;
    name=*) at=${kind#name=} type=cgroup opt="-o none,$kind" ;;
    *) at=$kind type=cgroup opt="-o $kind" ;; esac
  mkdir -p "sys/fs/cgroup/$at"
  # shellcheck disable=SC2086
  mount -t "$type" $opt cgroup "sys/fs/cgroup/$at" || rmdir "sys/fs/cgroup/$at"
done < /proc/self/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm
for d in null zero full random urandom tty; do touch "dev/$d"; mount --bind "/dev/$d" "dev/$d"; done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs tmpfs dev/shm
ln -s /proc/self/fd dev/fd; ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
ln -s /proc/self/fd/0 dev/stdin 2>/dev/null || true
mkdir -p old
pivot_root . old
umount -l old
mount --make-rshared /
hostname till
# systemd 256 and newer take cgroups v1, which the kernel below may have, only when told so.
exec env -i container=unshare SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --unit=multi-user.target --log-target=journal --show-status=0
