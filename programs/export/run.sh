#!/usr/bin/env bash
# Runs the steps: `files`, `steps` and `unpack` stand around this, and the variables that it reads before it.
# shellcheck disable=SC2154 # they do

put() { # FILE, its text on standard input
  { mkdir -p "$(dirname "$1")" && cat >"$1"; } || exit 125
  if [ "$(head -c 2 "$1")" = '#!' ]; then chmod +x "$1"; fi
}

step() { # [--active] [--in FOLDER] [--untrusted] [NAME=VALUE …] COMMAND …, with nothing else from the environment
  STEP=$((STEP + 1))
  echo "$STEP" >"$WORK/step"
  local path="$WORK/home/.local/bin:$WORK/bin" folder="$WORK/project"
  local variables=(
    HOME="$WORK/home" USER=user TMPDIR="$WORK/tmp" LANG=C.UTF-8 TZ=UTC UV_PYTHON_DOWNLOADS=never
    # Nothing of this machine's configuration and keychains.
    XDG_CONFIG_DIRS="$WORK/etc" GIT_CONFIG_NOSYSTEM=1 PIP_REQUIRE_VIRTUALENV=1 DBUS_SESSION_BUS_ADDRESS="unix:path=$WORK/etc/none"
    # The index answers for the scenario's hosts.
    HTTP_PROXY="http://127.0.0.1:$PORT" HTTPS_PROXY="http://127.0.0.1:$PORT"
    ${ALSO[@]+"${ALSO[@]}"}
  )
  if [ "$KEYRING" = yes ]; then
    # A sitecustomize that records calls of keyring; what the company's plugin answers.
    variables+=(PYTHONPATH="$WORK/probe" UV_MRE_KEYRING_JOURNAL="$WORK/$STEP.keyring" UV_MRE_KEYRING="$WORK/answers.json")
  fi
  if [ "$1" = --active ]; then
    shift
    path="$VENV/bin:$path"
    variables+=(VIRTUAL_ENV="$VENV")
  fi
  if [ "$1" = --in ]; then
    folder="$folder/$2"
    shift 2
  fi
  if [ "$1" = --untrusted ]; then
    shift
  elif [ -e "$WORK/ca.pem" ]; then
    variables+=(SSL_CERT_FILE="$WORK/ca.pem")
  fi
  printf '\n%d $ %s\n' "$STEP" "$*"
  # A signal interrupts a wait, and no command in the foreground.
  "$PYTHON" "$WORK/judge.py" step "$STEP" "$folder" "${variables[@]}" PATH="$path" "$@" <&0 &
  RUNNING=$!
  wait "$RUNNING" || verdict
  RUNNING=''
}

judge() { "$PYTHON" "$WORK/judge.py" "$@"; }

verdict() { # 0, 1 or 125; 125 also where Python or the index failed
  kill -0 "$INDEX" || exit 125
  judge end
  case $? in 0) exit 0 ;; 10) exit 1 ;; *) exit 125 ;; esac
}

cannot() { # WHY
  echo "$1" >&2
  exit 125
}

secret() { # good|stale ENDING
  "$PYTHON" -c 'import secrets, sys; print("umre-%s-%s%s" % (sys.argv[1], secrets.token_hex(16), sys.argv[2]))' "$1" "$2"
}

main() {
  set -u
  UV=${UV:-$(type -P uv)} || cannot 'uv is not on PATH, and UV= names none'
  case $UV in /*) ;; *) UV=$PWD/$UV ;; esac
  if [ ! -f "$UV" ] || [ ! -x "$UV" ]; then cannot "UV=$UV is no program"; fi
  # Not a version manager's shim, which fails under another home.
  PYTHON=$(python3 -c 'import sys; sys.version_info >= (3, int(sys.argv[1])) or sys.exit(1); print(getattr(sys, "_base_executable", sys.executable))' "$MINOR") ||
    cannot "python3 is not on PATH, or is older than 3.$MINOR"
  WORK=$(mktemp -d) && WORK=$(cd "$WORK" && pwd -P) || exit 125
  STEP=0 INDEX='' RUNNING='' VENV="$WORK/project/$VENV"
  trap 'kill $RUNNING $INDEX 2>/dev/null; wait; rm -rf "$WORK"' EXIT
  trap 'exit 130' INT TERM HUP
  export WORK PYTHON
  if [ "$CARRIES" = yes ]; then
    export SCRIPT=$0
    [ -f "$SCRIPT" ] || cannot 'run it as a file: bash FILE'
    grep -q '^# wheel ' "$SCRIPT" || cannot 'the packages behind its end are left out: uv-mre export writes the whole script'
  fi
  local each name kind ending path version
  for each in ${SECRETS[@]+"${SECRETS[@]}"}; do # fresh in every run
    IFS=: read -r name kind ending <<<"$each"
    export "$name=$(secret "$kind" "$ending")"
  done

  mkdir -p "$WORK"/{project,home,tmp,bin,probe,etc/uv}
  touch "$WORK/etc/uv/uv.toml" "$WORK/requests"
  echo 0 >"$WORK/step"
  ln -s "$UV" "$WORK/bin/uv"
  if [ -x "$(dirname "$UV")/uvx" ]; then ln -s "$(dirname "$UV")/uvx" "$WORK/bin/uvx"; fi
  for name in python python3; do
    # shellcheck disable=SC2016 # the program's own arguments
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$PYTHON" >"$WORK/bin/$name" && chmod +x "$WORK/bin/$name"
  done
  # No folder of the system is on PATH: a keyring there would answer.
  for name in $TOOLS; do
    path=$(type -P "$name") && ln -s "$path" "$WORK/bin/$name"
  done

  unpack
  if [ "$KEYRING" = yes ]; then "$PYTHON" "$WORK/keyring_setup.py" || exit 125; fi
  mkfifo "$WORK/port"
  "$PYTHON" "$WORK/index.py" >"$WORK/port" &
  INDEX=$!
  read -r PORT <"$WORK/port" || exit 125

  # As a step starts it: a version manager's shim fails there, and would be taken for uv.
  version=$(env -i HOME="$WORK/home" PATH="$WORK/bin" "$WORK/bin/uv" --version) || cannot "$UV --version fails in a clean environment"
  echo "$version"
  if [ -n "$SUPPORTED" ]; then
    version=${version#uv }
    judge uv "${version%% *}"
    case $? in 0) ;; 3) cannot "=> neither: this is about uv $SUPPORTED, and not about this release" ;; *) exit 125 ;; esac
  fi
  files
  steps </dev/null
  verdict
}
