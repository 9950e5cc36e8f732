# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The build environment: this machine when its libraries are new enough, else a
# Debian 13 root. Sourced by ./dev.

is_root () {
  [ "$(id -u)" = 0 ]
}

default_cache_dir () {
  if is_root; then
    echo /var/cache/waxwing
  else
    echo "${XDG_CACHE_HOME:-$HOME/.cache}/waxwing"
  fi
}

cache_dir=${WAXWING_CACHE:-$(default_cache_dir)}
root_dir=${WAXWING_ROOT:-$cache_dir/trixie}
log_dir=$cache_dir/log

# What decides between this machine and a root: pkg-config module, Debian
# package, oldest version that will do.
baseline='
gtk4          libgtk-4-dev      4.18
libadwaita-1  libadwaita-1-dev  1.7
openssl       libssl-dev        3.5
libsoup-3.0   libsoup-3.0-dev   3.6
libdex-1      libdex-dev        0.10
'

say () {
  printf '%s\n' "==> $*" >&2
}

die () {
  printf '%s\n' "./dev: $*" >&2
  exit 1
}

# Runs a step with its output in a log; a failure shows the end of the log.
logged () {
  local what=$1 log
  shift
  log=$log_dir/${what// /-}.log
  mkdir -p "$log_dir"
  say "$what"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 25 "$log" >&2
    die "this step failed: $what (the whole log: $log)"
  fi
}

listed_packages () {
  sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$source_dir/build-aux/packages.txt"
}

# Prints the listed packages that the dpkg database in $1 doesn't have installed.
missing_packages () {
  comm -23 <(listed_packages | sort -u) \
    <(dpkg-query --admindir="$1" -W -f '${db:Status-Abbrev}${Package}\n' 2>/dev/null |
        sed -n 's/^[ih]i //p' | sort -u)
}

version_at_least () {
  dpkg --compare-versions "$1" ge "$2"
}

# Whether pkg-config already finds everything that the baseline asks for.
libraries_present () {
  local module package version
  command -v pkg-config >/dev/null || return 1
  while read -r module package version; do
    [ -z "$module" ] || pkg-config --atleast-version="$version" "$module" || return 1
  done <<<"$baseline"
}

# Whether this machine's own packages reach the baseline.
packages_new_enough () {
  local module package version candidate
  command -v apt-cache >/dev/null || return 1
  while read -r module package version; do
    [ -n "$module" ] || continue
    candidate=$(apt-cache policy "$package" 2>/dev/null | sed -n 's/^  Candidate: //p')
    case $candidate in
      '' | '(none)') return 1 ;;
    esac
    version_at_least "$candidate" "$version" || return 1
  done <<<"$baseline"
}

# Debian and its relatives name their release; a release of the baseline with
# empty package lists (a fresh container) must not be taken for an old one.
release_new_enough () {
  local ID='' VERSION_ID=''
  # shellcheck disable=SC1091
  [ ! -r /etc/os-release ] || . /etc/os-release
  case $ID in
    debian) [ "${VERSION_ID%%.*}" -ge 13 ] 2>/dev/null || [ -z "$VERSION_ID" ] ;;
    *) return 1 ;;
  esac
}

# Naming a root, or having made one, settles it.
is_native () {
  [ -z "${WAXWING_ROOT:-}" ] && [ ! -e "$root_dir/etc/waxwing-root" ] &&
    { release_new_enough || packages_new_enough || libraries_present; }
}

install_natively () {
  local missing
  command -v dpkg-query >/dev/null || return 0
  mapfile -t missing < <(missing_packages /var/lib/dpkg)
  [ "${#missing[@]}" -gt 0 ] || return 0
  is_root || die "these packages are missing; install them, or run ./dev as root once: ${missing[*]}"
  logged 'read the package lists' apt-get update
  logged "install ${#missing[@]} packages" \
    env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# Prints "URI SUITE COMPONENT" of each package list of this machine, whatever
# the format of its sources.
host_sources () {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sort -u
}

# Prints sources.list lines for Debian 13 on the mirrors that this machine uses.
root_sources () {
  local codename='' uri suite component
  if [ -n "${WAXWING_MIRROR:-}" ]; then
    echo "deb $WAXWING_MIRROR trixie main"
    return
  fi
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  host_sources | while read -r uri suite component; do
    [ "$component" = main ] || continue
    case $suite in
      "$codename" | "$codename-updates" | "$codename-security")
        echo "deb $uri trixie${suite#"$codename"} main"
        ;;
    esac
  done
}

keyring_file=/usr/share/keyrings/debian-archive-keyring.gpg

prepare_debootstrap () {
  if ! command -v debootstrap >/dev/null || [ ! -e "$keyring_file" ]; then
    logged 'read the package lists' apt-get update
    logged 'install debootstrap' env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends debootstrap debian-archive-keyring ca-certificates
  fi
  # An early Debian 12 has a keyring without the keys of Debian 13.
  if [ ! -e /usr/share/keyrings/debian-archive-trixie-stable.gpg ]; then
    logged 'read the package lists' apt-get update
    logged 'renew the archive keyring' env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends debian-archive-keyring
  fi
  [ -e "/usr/share/debootstrap/scripts/trixie" ] ||
    ln -s sid /usr/share/debootstrap/scripts/trixie
}

# apt in the root works as apt does here: proxies, certificates, credentials.
copy_apt_settings () {
  local root=$1
  apt-config dump --format '%F "%v";%n' Acquire >"$root/etc/apt/apt.conf.d/00host"
  if [ -e /etc/apt/auth.conf ]; then
    cp -p /etc/apt/auth.conf "$root/etc/apt/"
  fi
  if [ -d /etc/apt/auth.conf.d ]; then
    cp -pr /etc/apt/auth.conf.d "$root/etc/apt/"
  fi
}

make_root () {
  local sources mirror partial=$root_dir.partial
  sources=$(root_sources)
  mirror=$(awk '$3 == "trixie" { print $2; exit }' <<<"$sources")
  [ -n "$mirror" ] ||
    die "no Debian mirror in this machine's apt sources; name one in WAXWING_MIRROR"

  rm -rf --one-file-system "$partial" || die "what is left of an earlier attempt can't be removed: $partial"
  mkdir -p "$partial"
  # In namespaces of its own, so that no mount and no process of a killed attempt stays.
  logged 'make a Debian 13 root' unshare --mount --propagation private --pid --fork --kill-child \
    debootstrap --variant=minbase --keyring="$keyring_file" trixie "$partial" "$mirror"

  rm -f "$partial/etc/apt/sources.list"
  printf '%s\n' "$sources" >"$partial/etc/apt/sources.list.d/waxwing.list"
  # The root is made again rather than repaired, so it need not survive a power
  # cut; nobody reads manuals in it, and nothing in it is a service.
  echo force-unsafe-io >"$partial/etc/dpkg/dpkg.cfg.d/waxwing"
  printf 'path-exclude=/usr/share/%s/*\n' man info lintian >>"$partial/etc/dpkg/dpkg.cfg.d/waxwing"
  printf '#!/bin/sh\nexit 101\n' >"$partial/usr/sbin/policy-rc.d"
  chmod +x "$partial/usr/sbin/policy-rc.d"
  touch "$partial/etc/waxwing-root"
  mv "$partial" "$root_dir"
}

install_in_root () {
  local missing
  mapfile -t missing < <(missing_packages "$root_dir/var/lib/dpkg")
  [ "${#missing[@]}" -gt 0 ] || return 0
  copy_apt_settings "$root_dir"
  logged 'repair the packages' in_root dpkg --configure -a
  logged 'read the package lists' in_root apt-get update
  logged "install ${#missing[@]} packages" in_root apt-get install -y --no-install-recommends \
    "${missing[@]}"
  in_root apt-get clean
}

in_root () {
  DEBIAN_FRONTEND=noninteractive "$source_dir/build-aux/enter-root" "$root_dir" / "$@"
}

root_ready () {
  [ -e "$root_dir/etc/waxwing-root" ] && [ -z "$(missing_packages "$root_dir/var/lib/dpkg")" ]
}

prepare_root () {
  root_ready && return
  is_root || die 'the libraries of this machine are too old, and making a Debian 13 root needs root'
  # One caller makes the root or installs into it; the others wait for that. Its
  # steps inherit the lock: should it be killed, they still count.
  mkdir -p "$(dirname "$root_dir")"
  (
    flock -n 9 || {
      say 'another ./dev is preparing the environment; waiting for it'
      flock 9
    }
    if [ ! -e "$root_dir/etc/waxwing-root" ]; then
      [ ! -e "$root_dir" ] || [ -z "$(ls -A "$root_dir")" ] ||
        die "$root_dir is in the way: it isn't a root that ./dev made"
      rmdir "$root_dir" 2>/dev/null || true
      prepare_debootstrap
      make_root
    fi
    install_in_root
  ) 9>"$root_dir.lock"
}

prepare_environment () {
  mkdir -p "$cache_dir/ccache"
  if is_native; then
    environment=native
    install_natively
  else
    environment=root
    prepare_root
  fi
}

# Replaces this process by the given command inside the environment.
enter_environment () {
  export WAXWING_INSIDE=$environment
  export CCACHE_DIR=$cache_dir/ccache CCACHE_NOHASHDIR=1
  if [ "$environment" = native ]; then
    exec "$@"
  fi
  exec "$source_dir/build-aux/enter-root" "$root_dir" "$PWD" "$@"
}
