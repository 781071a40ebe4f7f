// swift-format-ignore-file
// Made by `make templates` from templates/deb-source/; edit those files, not this one.

extension EmbeddedTemplates {
    static let debSource: [(name: String, text: String)] = [
        (
            name: "deb-source/rules",
            text: #"""
#!/usr/bin/make -f
# Packs the source of the module as it is: what is built of it is built on the machines of its users.

TREE = debian/@PACKAGE@/usr/src/@FOLDER@

%:
	dh $@

# A module is made for one kernel and this package is for all, so nothing of the authors' Makefile runs here.
override_dh_auto_clean override_dh_auto_configure override_dh_auto_build override_dh_auto_test:

override_dh_auto_install:
	mkdir -p $(TREE) debian/.debhelper
	tar -cf debian/.debhelper/tree.tar --anchored --exclude=./debian --exclude=./.pc --exclude=./.git .
	tar -C $(TREE) -xpf debian/.debhelper/tree.tar

# The files that are not of the tree go in as they are, after all that debhelper would do to some of them for where they
# lie. debian/PACKAGE.modes names each with its mode, debian/PACKAGE.conffiles those that are conffiles, of /etc too.
execute_after_dh_installdeb:
	set -e; for package in $$(dh_listpackages); do \
		if [ -e debian/$$package.modes ]; then \
			while IFS= read -r line; do \
				install -D -p -m "$${line%% *}" "debian/$$package.files/$${line#* }" "debian/$$package/$${line#* }"; \
			done <debian/$$package.modes; \
		fi; \
	done

# dh_dkms writes hooks of its own: they know dkms alone, and one build that fails on a user's machine fails the package.
# Those in debian/@PACKAGE@.{postinst,prerm,postrm} drive dkms or mkdkms, keep the package installed, and show what
# failed. To have dh_dkms's, remove these files, and replace this target by:
#   override_dh_dkms:
#   	dh_dkms -- dkms.conf
override_dh_dkms:

# What looks like a left-over may be the authors' own.
override_dh_clean:
	dh_clean -X.orig -X.rej -X.bak -X~

# Files of the tree are what their authors made them: none is rewritten.
override_dh_strip_nondeterminism:

# The authors' list of changes stays in the tree; its names all have an h in them.
override_dh_installchangelogs:
	dh_installchangelogs -Xh -XH

"""#
        ),
    ]
}
