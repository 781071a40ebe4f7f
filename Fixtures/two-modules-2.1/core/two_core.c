// SPDX-License-Identifier: GPL-2.0-only
/* Keeps a count that other modules may move on. */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/module.h>

#include "two_core.h"

#define TWO_STEP 1

static atomic_t count = ATOMIC_INIT(0);

int two_core_next(void)
{
	return atomic_add_return(TWO_STEP, &count);
}
EXPORT_SYMBOL_GPL(two_core_next);

static int __init two_core_init(void)
{
	return 0;
}

static void __exit two_core_exit(void)
{
}

module_init(two_core_init);
module_exit(two_core_exit);

MODULE_AUTHOR("The mkdkms contributors");
MODULE_DESCRIPTION("A count for other modules");
MODULE_VERSION("2.1");
MODULE_LICENSE("GPL");
