#!/usr/bin/env bash
# Brings up what the container tests need, on a bare Debian machine with root and package registries:
# a Docker daemon, a base image (pulled, or made of Debian packages where no container registry can be
# reached) and the pypiserver image. Optional for people: whoever has Docker needs none of it.
#
#   docker/setup.sh             do what is missing; the last line says what was there and what was made
#   docker/setup.sh --tag       print the name of the pypiserver image and do nothing else
#   UV_MRE_BASE_IMAGE=… docker/setup.sh   build on that image; uv-mre itself minds the same variable
#
# Does nothing twice. Leaves the daemon running.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The number counts what goes into it. bash is for exported scripts.
LOCAL_BASE=uv-mre/base:local-2
OFFICIAL_BASE=python:3.13-slim
DAEMON_LOG=/var/log/uv-mre-dockerd.log
did=()

fail() {
  echo "docker/setup.sh: $*" >&2
  exit 1
}

answers() { docker info >/dev/null 2>&1; }
image_id() { docker image inspect --format '{{.Id}}' "$1" 2>/dev/null; }

# Output of a command only if it fails.
quietly() {
  local output
  output=$("$@" 2>&1) || {
    printf '%s\n' "$output" >&2
    return 1
  }
}

# Once: lists that are missing, or older than the mirror, would fail the download.
refresh_lists() {
  [ -z "${refreshed:-}" ] || return 0
  quietly apt-get update -qq
  refreshed=1
}

debian_install() {
  [ "$(id -u)" = 0 ] || fail "root is needed to install $*; install Docker yourself, or run this as root"
  command -v apt-get >/dev/null || fail "this is no Debian: install Docker yourself"
  refresh_lists
  DEBIAN_FRONTEND=noninteractive quietly apt-get install -y -qq --no-install-recommends "$@"
  did+=("installed $*")
}

start_daemon() {
  [ "$(id -u)" = 0 ] || fail "no Docker daemon answers, and only root can start one"
  if [ -d /run/systemd/system ]; then
    quietly systemctl start docker
  else
    # A session of its own and none of our descriptors: a caller that reads our output must see its end.
    setsid dockerd >>"$DAEMON_LOG" 2>&1 </dev/null 9>&- &
  fi
  for _ in $(seq 300); do
    if answers; then
      did+=("started the daemon")
      return
    fi
    sleep 0.1
  done
  tail -n 20 "$DAEMON_LOG" >&2 || true
  fail "the Docker daemon did not answer within 30 s"
}

ensure_docker() {
  answers && return
  local wanted=()
  command -v dockerd >/dev/null || wanted+=(docker.io)
  # Debian's docker.io only recommends it; without it the daemon does not start.
  command -v iptables >/dev/null || wanted+=(iptables)
  [ "${#wanted[@]}" = 0 ] || debian_install "${wanted[@]}"
  answers || start_daemon
}

# A root file system with Python out of Debian packages: resolved as for a machine that has nothing, unpacked
# without being configured. Far quicker and smaller than a bootstrapped system.
make_base() {
  [ "$(id -u)" = 0 ] || fail "root is needed to make a base image; or name one that you have: UV_MRE_BASE_IMAGE=…"
  local work root deb
  work=$(mktemp -d)
  root="$work/root"
  mkdir -p "$work/archives/partial" "$root"/usr/{bin,sbin,lib,lib64} "$root/tmp"
  chmod 1777 "$root/tmp"
  : >"$work/nothing-installed"
  # Since the merge of /usr these are links in every Debian; packages unpacked over them must find them.
  for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
  refresh_lists
  quietly apt-get install -y -qq --no-install-recommends --download-only \
    -o Dir::State::status="$work/nothing-installed" -o Dir::Cache::archives="$work/archives" \
    -o APT::Sandbox::User=root base-files base-passwd bash busybox python3
  for deb in "$work"/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -p -C "$root" --keep-directory-symlink \
      --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale'
  done
  cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
  cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
  chroot "$root" /bin/busybox --install -s /bin
  tar -c -C "$root" . | docker import --message "Debian packages, unpacked" - "$LOCAL_BASE" >/dev/null
  rm -rf "$work"
  did+=("made $LOCAL_BASE")
}

# The base: as told, else the one made here before, else the official one, else one made here now.
choose_base() {
  base="${UV_MRE_BASE_IMAGE:-}"
  [ -z "$base" ] || return 0
  if image_id "$LOCAL_BASE" >/dev/null; then
    base=$LOCAL_BASE
  elif image_id "$OFFICIAL_BASE" >/dev/null; then
    base=$OFFICIAL_BASE
  elif [ "${1:-}" = look ]; then
    base=$OFFICIAL_BASE
  elif timeout 300 docker pull -q "$OFFICIAL_BASE" >/dev/null 2>&1; then
    base=$OFFICIAL_BASE
    did+=("pulled $base")
  else
    make_base
    base=$LOCAL_BASE
  fi
}

# A build inside which nothing can be downloaded finds the wheels beside it.
fetch_wheels() {
  local stamp
  stamp=$(sha256sum <pypiserver/requirements.txt)
  [ "$(cat pypiserver/wheels/.stamp 2>/dev/null)" != "$stamp" ] || return 0
  python3 -m pip --version >/dev/null 2>&1 || debian_install python3-pip
  rm -rf pypiserver/wheels
  quietly python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
    --only-binary=:all: --implementation=py --abi=none --platform=any --python-version=3.13 \
    --dest pypiserver/wheels --requirement pypiserver/requirements.txt
  echo "$stamp" >pypiserver/wheels/.stamp
  did+=("fetched the wheels")
}

# Named after all that goes in, so that a stale image is never taken for this one; src/backend/image.ts says the same.
image_name() {
  local inputs
  inputs=$(cd pypiserver && sha256sum Dockerfile requirements.txt serve.py)
  # A base made here has always the same name: what tells it apart is its id.
  case "$base" in uv-mre/base:*) base_key="$base $(image_id "$base" || true)" ;; *) base_key=$base ;; esac
  printf 'uv-mre/pypiserver:%s' "$(printf '%s\n%s\n' "$inputs" "$base_key" | sha256sum | cut -c1-16)"
}

# This process, as src/process/process-identity.ts names one.
own_token() { printf '%s~%s~%s' "$(hostname | sed 's/[^A-Za-z0-9.-]/-/g')" "$$" "$(cut -d ' ' -f 22 "/proc/$$/stat")"; }

main() {
  if [ "${1:-}" = --tag ]; then
    choose_base look
    image_name
    echo
    return
  fi
  [ $# = 0 ] || fail "unknown argument: $1"
  if [ "$(id -u)" = 0 ]; then
    # Two at once would install, start and build twice.
    exec 9>/run/lock/uv-mre-docker-setup
    flock 9
  fi
  ensure_docker
  choose_base
  [ "$base" != "$LOCAL_BASE" ] || fetch_wheels
  local image
  image=$(image_name)
  if ! image_id "$image" >/dev/null; then
    quietly env DOCKER_BUILDKIT=0 docker build --force-rm --build-arg "BASE_IMAGE=$base" \
      --build-arg "BUILDER=$(own_token)" --tag "$image" pypiserver ||
      fail "the pypiserver image could not be built"
    did+=("built $image")
  fi
  local list
  list=$(printf ', %s' "${did[@]:-}")
  echo "docker/setup.sh: Docker $(docker version --format '{{.Server.Version}}') answers, $image is there, on $base (${SECONDS} s; ${list#, })" |
    sed 's/; )/; nothing to do)/'
}

main "$@"
