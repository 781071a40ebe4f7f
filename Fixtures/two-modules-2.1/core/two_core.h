/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TWO_CORE_H
#define TWO_CORE_H

/* Counts on by one step and returns where the count is now. */
int two_core_next(void);

#endif
