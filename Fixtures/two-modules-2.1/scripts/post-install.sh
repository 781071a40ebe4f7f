#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs when the modules are in place.
echo "two-modules: installed"
