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
	mkdir -p $(TREE)
	tar -cf - --anchored --exclude=./debian --exclude=./.pc --exclude=./.git . | tar -C $(TREE) -xpf -
	for package in $$(dh_listpackages); do \
		if [ -d debian/$$package.files ]; then cp -a debian/$$package.files/. debian/$$package/; fi; \
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
