// swift-format-ignore-file
// Made by `make templates` from templates/rpm-source/; edit those files, not this one.

extension EmbeddedTemplates {
    static let rpmSource: [(name: String, text: String)] = [
        (
            name: "rpm-source/rpmlintrc",
            text: #"""
# What rpmlint says of the packages of a kernel module, and why it stays so. Beside a spec file or a package rpmlint finds
# this by itself, elsewhere by `rpmlint -r`. All in one filter, since rpmlint takes one that a package doesn't need for a
# fault.
#
# devel-file-in-non-devel-package   The source in /usr/src is what the package is for.
# dangerous-command-in-…            The scriptlets keep aside, put back and remove modules that were built on the user's
#                                   machine, and their own notes in /var/lib.
# requires-on-release               Modules are for one kernel; the package that follows the newest kernel requires those. The
#                                   files beside a module are of its own release.
# no-binary, only-non-binary-…      rpmlint takes no compressed module for a binary.
# no-documentation                  Where the one package that the newest kernel's requires has it.
# unstripped-binary-or-object       modpost refers to the symbol table, so modules are stripped by `strip -g`.
# …-depmod-…                        depmod runs, after the question whether the kernel is there; rpmlint looks for one line.
# invalid-url                       The tarball lies beside the spec file.
# hardcoded-packager-tag            The packager is the one of the packages that mkdkms writes itself.
addFilter("(devel-file-in-non-devel-package /usr/src/|dangerous-command-in-%[a-z]+ (cp|mv|ln|rm) *$|requires-on-release (kernel-uname-r|kmod-[^ ]+|[^ ]+-common) = |no-binary *$|only-non-binary-in-usr-lib *$|kmod-[^ ]+-latest-[^ ]+: W: no-documentation|unstripped-binary-or-object .*[.]ko *$|with-wrong-depmod |module-without-depmod-post|invalid-url Source[0-9]+: [^/]+$|hardcoded-packager-tag )")

"""#
        ),
        (
            name: "rpm-source/spec",
            text: #"""
# Builds @NAME@ and what comes with it: the source of a kernel module for /usr/src, and the scriptlets that have dkms or
# mkdkms build it on the user's machine. Nothing is compiled here.
%global debug_package %{nil}
# The files have to arrive as they are: no shebang is rewritten, nothing is stripped or compressed.
%global __os_install_post %{nil}
%global _build_id_links none

Name: @NAME@
Version: @VERSION@
Release: @RELEASE@
Summary: @SUMMARY@
License: @LICENSE@
Group: @GROUP@
@TAGS@
@SOURCES@
@ARCHITECTURE@
# Scripts of the tree run where the module is built, which dkms sees to.
AutoReqProv: no
@RELATIONS@

%description
@DESCRIPTION@
@PACKAGES@

%prep
%setup -q -n @FOLDER@

%build
# dkms builds the module, for each kernel of the machine it is installed on.

%install
mkdir -p %{buildroot}/usr/src
cp -a . %{buildroot}/usr/src/@FOLDER@
@INSTALL@
@SCRIPTLETS@

@FILES@
%changelog
@CHANGELOG@

"""#
        ),
    ]
}
