// SPDX-License-Identifier: GPL-2.0-only
/* Does not compile: what it calls is nowhere declared. */
#include <linux/init.h>
#include <linux/module.h>

static int __init broken_init(void)
{
	return function_that_no_kernel_has(42);
}

module_init(broken_init);

MODULE_AUTHOR("The mkdkms contributors");
MODULE_DESCRIPTION("A module that does not compile");
MODULE_VERSION("1.0");
MODULE_LICENSE("GPL");
