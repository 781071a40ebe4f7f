#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs when the source is known to dkms.
echo "two-modules: added"
