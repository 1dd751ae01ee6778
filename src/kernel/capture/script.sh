#!/bin/sh
# Captures what descry needs to find leaks of file descriptors and sockets, where descry itself cannot run.
#
#   sh capture.sh > host.capture                            then, anywhere: descry replay host.capture
#   sh capture.sh | ssh other-host descry replay -          judged while it is captured
#   kubectl exec -i POD -- sh -s < capture.sh | descry replay -
#   sh capture.sh | gzip > host.capture.gz                  replay reads it as it is
#
# Arguments, in any order, after -s when the script comes through a pipe:
#   rounds=40      how many looks; 40 looks 3 seconds apart tell a leak from what comes and goes
#   every=3        seconds between them; at most 10
#   pid=812        this process alone; all processes when not given
#   commands=no    leave command lines out: services are then named by their short names
#   procfs=/proc   where the proc file system is mounted
#
# It reads below /proc and writes to standard output, and nothing else; it opens no descriptor of another process and
# follows no link of one. It needs a POSIX shell (dash, ash, bash), ls, cat and sleep. Without root it captures what the
# user may see and marks the rest as denied.
#
# THE CAPTURE HOLDS COMMAND LINES AS THEY ARE: what a password in an argument is cannot be told in a shell. descry
# removes secrets when it reads the capture, not before. Keep the file to yourself, or use commands=no.
#
# The format: docs/capture-format.md.

LC_ALL=C
export LC_ALL
unset -v TIME_STYLE QUOTING_STYLE LS_COLORS BLOCK_SIZE LS_BLOCK_SIZE
rounds=40 every=3 pid= commands=yes procfs=/proc

say() { printf 'capture: %s\n' "$*" >&2; }
fail() { say "$*"; exit 3; }
number() { case $2 in '' | *[!0-9]* | ????????*) fail "$1 needs a whole number, not $2" ;; esac; }

for argument in "$@"; do
  case $argument in
    rounds=*) rounds=${argument#*=} ;;
    every=*) every=${argument#*=} ;;
    pid=*) pid=${argument#*=} ;;
    commands=yes | commands=no) commands=${argument#*=} ;;
    procfs=*) procfs=${argument#*=} ;;
    *) fail "it takes rounds=N every=SECONDS pid=N commands=no procfs=PATH, and not $argument" ;;
  esac
done
number rounds "$rounds"
number every "$every"
[ "$every" -le 10 ] || fail "every=$every is too long to tell a leak from what comes and goes; give 10 or less"
[ -z "$pid" ] || number pid "$pid"
[ ! -t 1 ] || fail "the capture is not for a terminal: send it to a file or to descry replay -"

cd -- "$procfs" 2>/dev/null || fail "there is no folder $procfs; name the proc file system with procfs=PATH"
[ -r uptime ] && [ -r stat ] || fail "$procfs is no proc file system; name one with procfs=PATH"
[ -z "$pid" ] || [ -e "$pid/stat" ] || fail "there is no process $pid in $procfs"

# A line that nobody else can know of begins each part: no file name and no command line can look like one.
read -r mark 2>/dev/null < sys/kernel/random/uuid || mark=
case $mark in ????????-*) ;; *) fail "$procfs/sys/kernel/random/uuid cannot be read" ;; esac

# The path of an open file may hold a newline and look like two lines of ls. GNU's escapes it, BusyBox's shows "?";
# from any other a process's links come in a part of their own, so that it can only lie about itself.
case $(command ls --version 2>&1; command ls --help 2>&1) in
  *"GNU coreutils"*) names=escaped listing=-lnb ;;
  *BusyBox*) names=replaced listing=-ln ;;
  *) names=raw listing=-ln ;;
esac

# Since Linux 6.2 the size of PID/fd is its number of open descriptors: not 0 for this program itself.
set -- $(command ls -ldn self/fd 2>/dev/null)
counted=${5:-0}
boot=0
while read -r key value; do
  case $key in btime) boot=$value; break ;; esac
done < stat

# Where SIGPIPE is ignored a failed write is what tells that nobody reads any more.
unwritten() { fail "the capture cannot be written any further"; }
part() { printf '\n%s %s\n' "$mark" "$*" 2>/dev/null || unwritten; }

file() {
  part "file $1"
  command cat -- "$1" 2>/dev/null && return
  if [ -e "$1" ]; then part denied; else part gone; fi
}

identity() {
  part "process $1"
  command cat -- "$1/limits" "$1/cgroup" "$1/status" 2>/dev/null
  [ "$commands" = no ] || file "$1/cmdline"
}

# unix comes last: with it the tables are complete.
tables() {
  for table in tcp tcp6 udp udp6 udplite udplite6 raw raw6 icmp icmp6 netlink packet snmp unix; do
    if [ -e "$1/net/$table" ]; then file "$1/net/$table"; fi
  done
}

links() {
  if [ "$names" = raw ]; then
    for folder in self/fd "$@"; do
      part "links $folder"
      command ls $listing -- "$folder" 2>/dev/null || { [ ! -e "$folder" ] || part denied; }
    done
    return
  fi
  part links
  command ls $listing -- self/fd "$@" 2>/dev/null
  [ $? -lt 126 ] || fail "there are too many processes for one ls: name one with pid=N"
}

# The processes to describe (new ones, and those whose folder is another one) and one process of each network namespace.
sort_out() {
  fresh= eyes= spaces=' '
  set -f
  IFS='
'
  for line in $1; do
    IFS=' '
    set -- $line
    name=${line##* }
    id=${name%%/*}
    case $id$1$6 in *[!0-9]*) continue ;; esac
    case $name in
      */fd)
        eval "before=\${seen_$id-}"
        [ "$before" != "$1" ] || continue
        # Without descriptors there is nothing to describe: most often a kernel thread.
        if [ "$counted" = 0 ] || [ "$6" != 0 ]; then
          fresh="$fresh $id"
          eval "seen_$id=$1"
        fi
        ;;
      */net/unix)
        case $spaces in *" $1 "*) ;; *) spaces="$spaces$1 " eyes="$eyes $id" ;; esac
        ;;
    esac
  done
  unset IFS
  set +f
}

round() {
  read -r uptime idle < uptime || fail "$procfs/uptime cannot be read"
  part "round $uptime $boot"
  file sys/fs/file-nr
  set -- $which/fd
  [ -d "$1" ] || [ -n "$pid" ] || fail "there are no processes in $procfs"
  links "$@"
  part folders
  folders=$(command ls -ldin -- self/fd "$@" $which/ns/net $which/net/unix 2>/dev/null)
  printf '%s\n' "$folders" 2>/dev/null || unwritten
  part stats
  command cat -- $which/stat 2>/dev/null
  sort_out "$folders"
  for id in $fresh; do identity "$id"; done
  for id in $eyes; do tables "$id"; done
  part done
}

if [ -n "$pid" ]; then which=$pid; else which='[0-9]*'; fi
trap 'part end; exit 0' INT TERM HUP
printf 'descry-capture 1 %s names=%s\n' "$mark" "$names" 2>/dev/null || unwritten
for path in sys/kernel/hostname sys/kernel/osrelease sys/kernel/random/boot_id \
  sys/fs/inotify/max_user_instances sys/fs/inotify/max_user_watches; do
  file "$path"
done
looks=0
while [ "$looks" -lt "$rounds" ]; do
  if [ "$looks" -gt 0 ]; then
    sleep "$every"
    # A limit or a command line may have changed without another sign: all is described again now and then.
    if [ $((looks % 10)) -eq 0 ]; then
      for id in $which; do eval "seen_$id="; done
    fi
  fi
  looks=$((looks + 1))
  round
done
part end
