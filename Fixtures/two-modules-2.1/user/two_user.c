// SPDX-License-Identifier: GPL-2.0-only
/* Moves the count of two_core on when it is loaded. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>

#include "two_core.h"

static int __init two_user_init(void)
{
	pr_info("the count is %d\n", two_core_next());
	return 0;
}

static void __exit two_user_exit(void)
{
}

module_init(two_user_init);
module_exit(two_user_exit);

MODULE_AUTHOR("The mkdkms contributors");
MODULE_DESCRIPTION("A user of the count of two_core");
MODULE_VERSION("2.1");
MODULE_LICENSE("GPL");
