# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The subcommands of ./dev, as they run inside the build environment.

build_root=$source_dir/_build

command_shell () {
  export PATH=$build_root/main/src/app:$build_root/main/src/cli:$build_root/main/src/server:$PATH
  if [ $# -gt 0 ]; then
    exec "$@"
  fi
  exec bash
}
