#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs when nothing of the module is installed any more.
echo "two-modules: removed"
