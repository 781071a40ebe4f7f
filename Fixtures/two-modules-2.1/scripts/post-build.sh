#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the build folder when the modules are finished.
test -f prepared && echo "two-modules: built, $(cat prepared)"
