# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The subcommands of ./dev, as they run inside the build environment. Sourced by
# ./dev after environment.sh.

build_root=$source_dir/_build
log_dir=$build_root/log
main_build=$build_root/main
sanitize_build=$build_root/sanitize
flatpak_manifest=$source_dir/flatpak/im.waxwing.Waxwing.yml

main_suites='unit dbus server e2e display a11y fuzz validate'
# What runs a second time under the address and undefined-behaviour sanitizers.
sanitize_suites='unit dbus server'

# Makes a build directory if there is none, with the given options, and builds.
build () {
  local directory=$1
  shift
  mkdir -p "$build_root"
  # Two callers in one tree take turns.
  (
    flock 9
    if [ ! -e "$directory/build.ninja" ]; then
      rm -rf "$directory"
      logged "configure ${directory##*/}" meson setup "$directory" "$source_dir" "$@"
    fi
    if [ -t 2 ]; then
      ninja -C "$directory" || die "the build failed: ${directory##*/}"
    else
      logged "build ${directory##*/}" ninja -C "$directory"
    fi
  ) 9>"$build_root/lock"
}

build_main () {
  build "$main_build" --buildtype=debugoptimized -Dwerror=true
  use_programs "$main_build"
}

build_sanitize () {
  build "$sanitize_build" --buildtype=debug -Doptimization=1 -Dwerror=true \
    -Db_sanitize=address,undefined -Db_lundef=false
}

# Puts the programs of a build directory, and what they need at run time, in place.
use_programs () {
  export WAXWING_BUILD=$1
  export PATH=$1/src/app:$1/src/cli:$1/src/server:$PATH
  export GSETTINGS_SCHEMA_DIR=$1/data
  export PYTHONPATH=$source_dir/tests PYTHONDONTWRITEBYTECODE=1
}

needs_file () {
  [ -e "$source_dir/$1" ] || die "$2: the tree has no $1"
}

has_display () {
  [ -n "${WAYLAND_DISPLAY:-}" ] || [ -n "${DISPLAY:-}" ]
}

command_run () {
  local headless=no
  case ${1:-} in
    '') ;;
    --headless) headless=yes ;;
    *) die "run doesn't know “$1”" ;;
  esac
  has_display || headless=yes

  build_main
  if [ "$headless" = yes ]; then
    needs_file tests/e2e/story.py 'the story can not be played'
    # The story makes the sessions of its people itself.
    exec python3 "$source_dir/tests/e2e/story.py"
  fi
  exec python3 -m support.run_desktop
}

command_shell () {
  local session=no
  if [ "${1:-}" = --session ]; then
    session=yes
    shift
  fi
  use_programs "$main_build"
  [ $# -gt 0 ] || set -- bash
  if [ "$session" = yes ]; then
    build_main
    exec python3 -m support.session --keyring=unlocked --display=auto -- "$@"
  fi
  exec "$@"
}

# Runs those of the given suites that a build directory has; adds the file with
# the results to the list of them.
run_suites () {
  local directory=$1 multiplier=$2 suite arguments=() base=testlog-$$
  shift 2
  for suite in "$@"; do
    arguments+=(--suite "$suite")
  done
  rm -f "$directory/meson-logs/$base".*
  # The results decide, not this status: it can't tell a failure of a test from
  # a failure to run tests, which shows in the results too, as nothing.
  meson test -C "$directory" --no-rebuild --print-errorlogs --timeout-multiplier "$multiplier" \
    --logbase "$base" "${arguments[@]}" >&2 || true
  results+=("$directory/meson-logs/$base.json")
}

command_test () {
  local suite main=() sanitize=() results=()
  [ $# -gt 0 ] || set -- $main_suites sanitize
  for suite in "$@"; do
    case " $main_suites sanitize " in
      *" $suite "*) ;;
      *) die "there is no suite “$suite”; there are: $main_suites sanitize" ;;
    esac
    if [ "$suite" = sanitize ]; then
      sanitize=($sanitize_suites)
    else
      main+=("$suite")
    fi
  done

  if [ "${#main[@]}" -gt 0 ]; then
    build_main
    run_suites "$main_build" 1 "${main[@]}"
  fi
  if [ "${#sanitize[@]}" -gt 0 ]; then
    build_sanitize
    run_suites "$sanitize_build" 4 "${sanitize[@]}"
  fi
  exec python3 "$source_dir/build-aux/summarise-tests" "${results[@]}"
}

command_bench () {
  local name script scripts=()
  if [ $# -gt 0 ]; then
    needs_file "tests/bench/$1.py" "there is no benchmark “$1”"
    scripts=("$source_dir/tests/bench/$1.py")
    shift
  else
    needs_file tests/bench 'there are no benchmarks'
    mapfile -t scripts < <(grep -l '^# benchmark:' "$source_dir"/tests/bench/*.py)
    [ "${#scripts[@]}" -gt 0 ] || die 'tests/bench has no script with a “# benchmark:” line'
  fi
  # A benchmark of an unoptimised build says nothing.
  build "$build_root/release" --buildtype=release
  use_programs "$build_root/release"
  for script in "${scripts[@]}"; do
    name=${script##*/}
    say "benchmark ${name%.py}: $(sed -n 's/^# benchmark: *//p' "$script")"
    python3 -m support.session --keyring=unlocked --display=xvfb -- python3 "$script" "$@"
  done
}

command_fuzz () {
  local target=all seconds=60 programs program ran=no failed=0
  if [[ "${1:-}" =~ ^[0-9]+$ ]]; then
    seconds=$1
  else
    target=${1:-all}
    seconds=${2:-60}
  fi
  needs_file tests/fuzz/meson.build 'there are no fuzz targets'
  # libFuzzer comes with clang only, which has warnings of its own: those of gcc decide.
  CC='ccache clang' CXX='ccache clang++' build "$build_root/fuzz" --buildtype=debugoptimized -Dfuzzing=true \
    -Dwerror=false -Dapp=false -Dcli=false -Dserver=false \
    -Db_sanitize=address,undefined -Db_lundef=false
  mapfile -t programs < <(find "$build_root/fuzz/tests/fuzz" -maxdepth 1 -type f -executable \
    -name 'fuzz-*' | sort)
  for program in "${programs[@]}"; do
    [ "$target" = all ] || [ "${program##*/fuzz-}" = "$target" ] || continue
    fuzz_one "$program" "$seconds" || failed=$((failed + 1))
    ran=yes
  done
  [ "$ran" = yes ] || die "there is no fuzz target “$target”"
  [ "$failed" = 0 ] || die "$failed fuzz targets found something"
}

fuzz_one () {
  local program=$1 seconds=$2 name corpus
  name=${program##*/fuzz-}
  corpus=$build_root/fuzz/corpus/$name
  mkdir -p "$corpus" "$build_root/fuzz/found"
  say "fuzz $name for $seconds s"
  "$program" -max_total_time="$seconds" -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$build_root/fuzz/found/$name-" "$corpus" \
    $([ ! -d "$source_dir/tests/fuzz/corpus/$name" ] || echo "$source_dir/tests/fuzz/corpus/$name")
}

command_shots () {
  needs_file tests/ui/shots.py 'screenshots can not be taken'
  build_main
  exec python3 -m support.session --keyring=unlocked -- python3 "$source_dir/tests/ui/shots.py" "$@"
}

# Whether Flatpak has the runtime that the manifest asks for, or can get it from where its user gets applications.
real_runtime () {
  local version sdk
  version=$(sed -n "s/^runtime-version: '\(.*\)'$/\1/p" "$flatpak_manifest")
  sdk=org.gnome.Sdk//$version
  flatpak info "$sdk" >/dev/null 2>&1 && return
  flatpak remotes --columns=name 2>/dev/null | grep -qx flathub || return 1
  logged 'download the runtime' flatpak install --user -y --noninteractive flathub "$sdk" "org.gnome.Platform//$version"
}

command_flatpak () {
  local wanted=run manifest=$flatpak_manifest
  case ${1:-} in
    '') ;;
    --test) wanted=test ;;
    *) die "flatpak doesn't know “$1”" ;;
  esac

  # The test is of this tree's manifest on any machine, so it plays on the same runtime everywhere.
  if [ "$wanted" = test ] || ! real_runtime; then
    say 'the runtime is a stand-in, made of Debian packages: docs/flatpak.md'
    logged 'make the stand-in runtime' "$source_dir/build-aux/make-stand-in" "$build_root/flatpak/stand-in"
    manifest=$build_root/flatpak/stand-in/manifest.yml
    export FLATPAK_USER_DIR=$build_root/flatpak/stand-in/user
  fi
  # Without its FUSE file system, which isn't to be had everywhere; it only guards the cache against the build.
  logged 'build the Flatpak' flatpak-builder --user --install --force-clean --disable-rofiles-fuse --ccache \
    --repo="$build_root/flatpak/repo" --state-dir="$build_root/flatpak/state" "$build_root/flatpak/build" "$manifest"

  if [ "$wanted" = test ]; then
    build_main
    exec python3 "$source_dir/tests/flatpak/sandbox.py"
  fi
  if ! has_display; then
    say 'installed; there is no display to run it on (“./dev flatpak --test” plays it without one)'
    return
  fi
  exec flatpak run im.waxwing.Waxwing
}
