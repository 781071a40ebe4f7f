#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the build folder before make, with what dkms.conf puts behind its name.
echo "two-modules: preparing $2"
echo "prepared for $2" > prepared
