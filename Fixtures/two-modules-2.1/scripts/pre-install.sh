#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs before the modules are installed; a failure here stops the installation.
echo "two-modules: about to install"
