# SPDX-License-Identifier: GPL-3.0-or-later
"""What Waxwing's Python tests stand on: private sessions, real parts, TAP.

A test says `from support import tap` and so on; tests/ is on PYTHONPATH when
Meson or ./dev runs it.
"""
