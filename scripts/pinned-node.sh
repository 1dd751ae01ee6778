# Sourced with $root set. Leaves the path of the pinned Node in $node, and sets the clone up when nothing is set up yet
# or package-lock.json has changed since. The stamp is a copy of the lock file: cmp says in a millisecond what npm
# would say in a second.

node=$root/node_modules/.descry/node

if ! [ -x "$node" ] || ! cmp -s "$root/package-lock.json" "$root/node_modules/.descry/package-lock.json"; then
  # Set-up talks on standard error only, and leaves standard input to the program: `descry replay -` reads it.
  sh "$root/scripts/setup" </dev/null >&2 || exit "${unready:-1}"
fi

# The addon is built again when its source is newer than the last attempt, whether that made one or said why not.
for built in "$root/node_modules/.descry/addon.node" "$root/node_modules/.descry/addon.absent"; do
  [ -e "$built" ] && break
done
if [ -w "$root/node_modules/.descry" ] && { ! [ -e "$built" ] || [ -n "$(find "$root/native" -newer "$built" -name '*.[ch]' -print -quit)" ]; }; then
  sh "$root/scripts/build-addon" </dev/null >&2
fi

# The agent serves the dashboard, which is built again where its source is newer (half a second).
if [ "${1:-}" = agent ] && [ -w "$root/node_modules/.descry" ]; then
  sh "$root/scripts/build-web" --stale </dev/null >&2 || echo 'descry: could not build the dashboard; going on with what there is' >&2
fi
