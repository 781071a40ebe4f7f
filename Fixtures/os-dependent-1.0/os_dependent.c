// SPDX-License-Identifier: GPL-2.0-only
/* Does nothing; what is of interest is where its dkms.conf sends it. */
#include <linux/init.h>
#include <linux/module.h>

static int __init os_dependent_init(void)
{
	return 0;
}

static void __exit os_dependent_exit(void)
{
}

module_init(os_dependent_init);
module_exit(os_dependent_exit);

MODULE_AUTHOR("The mkdkms contributors");
MODULE_DESCRIPTION("A module whose destination depends on the distribution");
MODULE_VERSION("1.0");
MODULE_LICENSE("GPL");
